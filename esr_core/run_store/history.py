"""A run's validation points: reading epochs.jsonl while it may be being written."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import MsgspecError, json
from pydantic_core import from_json

from esr_core.errors import DamagedRunError, cause
from esr_core.records import EpochRecord
from esr_core.records.epochs import is_better, merit

_LINES = json.Decoder(EpochRecord)


def read_history(folder: Path) -> Sequence[EpochRecord]:
    """The validation points so far; a torn last line is one being written and is left out.

    Raises:
        DamagedRunError: if the file, or a line before the last, cannot be read.
    """
    content = _content(folder)
    if content.count(b'"diversity"') == content.count(b"\n"):  # no line of an older version
        with suppress(MsgspecError):  # which does not know NaN, nor says which line it is
            return _LINES.decode_lines(content)
    return _read_one_by_one(content.splitlines(), folder.name)


def _content(folder: Path) -> bytes:
    """What epochs.jsonl holds; nothing where it is not there yet."""
    try:
        return (folder / "epochs.jsonl").read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise DamagedRunError(f"{folder.name}/epochs.jsonl cannot be read: {cause(error)}") from None


def _read_one_by_one(lines: Sequence[bytes], run_id: str) -> Sequence[EpochRecord]:
    records: list[EpochRecord] = []
    for number, line in enumerate(lines, start=1):
        try:
            records.append(EpochRecord.from_dict(from_json(line)))
        except (ValueError, TypeError) as error:
            if number == len(lines):
                break
            raise DamagedRunError(f"{run_id}/epochs.jsonl cannot be read in line {number}: {error}") from None
    return records


def best_of(history: Sequence[EpochRecord]) -> EpochRecord | None:
    """The best ensemble of the last phase that has trained for an epoch, whose weights are stored; None before."""
    trained = [record for record in history if record.epoch > 0]
    best: EpochRecord | None = None
    for record in trained:
        if record.branch == trained[-1].branch and is_better(record, best):
            best = record
    return best


def read_best(folder: Path) -> EpochRecord | None:
    """``best_of`` of a finished run, whose lines are whole: only those of its last phase are read.

    Raises:
        DamagedRunError: if one of these cannot be read.
    """
    lines = _content(folder).splitlines()
    trained: list[dict[str, Any]] = []
    try:
        for line in reversed(lines):
            point = from_json(line)
            if trained and point["branch"] != trained[-1]["branch"]:
                break
            if point["epoch"] > 0:
                trained.append(point)
        best = max(reversed(trained), key=_merit, default=None)
        return None if best is None else EpochRecord.from_dict(best)
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedRunError(f"{folder.name}/epochs.jsonl cannot be read: {error}") from None


def _merit(point: dict[str, Any]) -> tuple[float, ...]:
    return merit(point["ensemble_accuracy"], point["loss"], point.get("affect_rmse"))
