"""A run's validation points: reading epochs.jsonl while it may be being written."""

import json
from collections.abc import Sequence
from pathlib import Path

from esr_core.errors import DamagedRunError
from esr_core.records import EpochRecord, is_better


def read_history(folder: Path) -> Sequence[EpochRecord]:
    """The validation points so far; a torn last line is one being written and is left out.

    Raises:
        DamagedRunError: if a line before the last cannot be read.
    """
    path = folder / "epochs.jsonl"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    records: list[EpochRecord] = []
    for number, line in enumerate(lines, start=1):
        try:
            records.append(EpochRecord.from_dict(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines):
                break
            raise DamagedRunError(f"{folder.name}/epochs.jsonl cannot be read in line {number}: {error}") from None
    return records


def best_of(history: Sequence[EpochRecord]) -> EpochRecord | None:
    """The best trained ensemble of the last phase reached."""
    best: EpochRecord | None = None
    for record in history:
        if record.branch == history[-1].branch and record.epoch > 0 and is_better(record, best):
            best = record
    return best
