"""What a job on a cluster printed, added to its run's log: each part of it once, whichever worker reads it."""

import json
from pathlib import Path

from esr_core.errors import RunError
from esr_core.run_store.files import write_atomically

NOTE = ".ray-log.json"  # how much of which job's output is in the log; hidden, so no part of the stored run


def add_to_log(folder: Path, submission: str, printed: str) -> None:
    """Add to log.txt what it does not have of all that a job has printed so far; raises RunError if it cannot."""
    new = printed[_known(folder, submission) :]
    if not new:
        return
    try:
        with (folder / "log.txt").open("a", encoding="utf-8") as file:
            file.write(new)
        write_atomically(folder / NOTE, json.dumps({"submission": submission, "characters": len(printed)}).encode())
    except OSError as error:
        raise RunError(f"{folder.name}/log.txt cannot be written: {error.strerror}") from None


def _known(folder: Path, submission: str) -> int:
    """Characters of that job's output in the log; none where the note is of an earlier job, or cannot be read."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return int(note["characters"]) if note["submission"] == submission else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0
