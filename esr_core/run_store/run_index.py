"""What finished runs read as, kept in one file outside their folders: ten thousand of them are listed in a second.

A line of the file is one run, with the stamp its manifest had; where a manifest has another one, its run is read anew.
The file can be lost or deleted at any time.
"""

import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from esr_core.config import TrainingConfig
from esr_core.errors import EsrError, cause
from esr_core.records import EpochRecord, ParameterCount, RunInfo
from esr_core.run_store.files import remove_leftovers, write_atomically
from esr_core.run_store.status import status_of

VERSION = 1
Stamp = tuple[int, ...]  # of a manifest
logger = logging.getLogger(__name__)


def read_index(path: Path) -> dict[str, tuple[Stamp, RunInfo]]:
    """Stamp and run by id; nothing where there is no file or another version wrote it."""
    try:
        content = from_json(path.read_bytes())
        if content["version"] != VERSION:
            return {}
        return {line["run_id"]: (tuple(line["stamp"]), _info(line)) for line in content["runs"]}
    except FileNotFoundError:
        return {}
    except OSError as error:
        logger.warning("%s cannot be used, its runs are read anew: %s", path, cause(error))
    except (ValueError, KeyError, TypeError, AttributeError, EsrError) as error:
        logger.warning("%s is damaged, its runs are read anew: %s", path, error)
    return {}


def write_index(path: Path, runs: Mapping[str, tuple[Stamp, RunInfo]]) -> None:
    """Keep finished runs; where the folder cannot be written, they are read anew next time."""
    lines = [_line(stamp, info) for stamp, info in runs.values()]
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path.parent.glob(".*"))
        write_atomically(path, json.dumps({"version": VERSION, "runs": lines}).encode())


def _line(stamp: Stamp, info: RunInfo) -> dict[str, Any]:
    return {
        "run_id": info.run_id,
        "stamp": stamp,
        "status": asdict(info.status),
        "config": info.config.to_json() if info.config else None,
        "created": info.created,
        "parameters": asdict(info.parameters) if info.parameters else None,
        "best": info.best.to_dict() if info.best else None,
    }


def _info(line: dict[str, Any]) -> RunInfo:
    return RunInfo(
        line["run_id"],
        status_of(line["status"]),
        config=TrainingConfig.from_json(line["config"]),
        created=line["created"],
        parameters=ParameterCount(**line["parameters"]),
        best=EpochRecord.from_dict(line["best"]) if line["best"] else None,
    )
