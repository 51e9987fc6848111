"""What state a run is in now: what its process last said, held against whether that process still lives."""

import json
import socket
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import psutil
from pydantic_core import from_json

from esr_core.errors import DamagedRunError
from esr_core.records import Progress, RunStatus
from esr_core.run_store.files import write_atomically
from esr_core.run_store.run_lock import last_beat

REMOTE_SILENCE_S = 120.0  # a process on another host that is silent for so long counts as gone
EARLIER = {"test_accuracy": "accuracy", "test_accuracy_interval": "accuracy_interval"}


def write_status(folder: Path, status: RunStatus) -> None:
    """Replace a run's status.json."""
    write_atomically(folder / "status.json", json.dumps(asdict(status), indent=2).encode())


def read_status(folder: Path, now: float | None = None) -> RunStatus:
    """A run's state as it is now.

    Args:
        folder: of the run.
        now: seconds since the epoch; None takes the clock.

    Raises:
        DamagedRunError: if status.json is missing or cannot be read.
    """
    path = folder / "status.json"
    try:
        status = status_of(from_json(path.read_bytes()))
    except FileNotFoundError:
        raise DamagedRunError(f"{folder.name} has no status.json") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedRunError(f"{folder.name}/status.json cannot be read: {error}") from None
    if status.state == "finished" and not (folder / "manifest.json").exists():
        status = replace(status, state="running")  # it is only being sealed, or was killed meanwhile
    return _as_of_now(status, folder, time.time() if now is None else now)


def status_of(values: dict[str, Any]) -> RunStatus:
    """The status that plain values of JSON stand for, of an older version too.

    Raises:
        KeyError, TypeError, AttributeError: if they are none.
    """
    values = _of_this_version(values)
    progress, results = values.pop("progress"), values.pop("results")
    return RunStatus(
        **values,
        progress=Progress(**progress) if progress else None,
        results={key: tuple(value) if isinstance(value, list) else value for key, value in results.items()},
    )


def _of_this_version(values: dict[str, Any]) -> dict[str, Any]:
    """A status as it is written now: earlier versions had a field for each result."""
    values = {"results": {}} | values
    earlier = {new: values.pop(old, None) for old, new in EARLIER.items()}
    rmse = values.pop("test_affect_rmse", None)
    earlier |= dict(zip(("valence_rmse", "arousal_rmse"), rmse or (None, None), strict=True))
    return values | {"results": {key: value for key, value in earlier.items() if value is not None} | values["results"]}


def _as_of_now(status: RunStatus, folder: Path, now: float) -> RunStatus:
    if status.state != "running":
        return status
    if status.host != socket.gethostname():
        gone = now - max(status.updated, last_beat(folder)) > REMOTE_SILENCE_S
    else:
        gone = not is_alive(status.pid, status.process_started)
    return replace(status, state="interrupted", message="its process is gone") if gone else status


def is_alive(pid: int | None, process_started: float | None) -> bool:
    """Whether that very process still runs: a pid alone may have been given to another, and a zombie runs no more."""
    if pid is None or process_started is None:
        return False
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - process_started) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
