"""Names, tags and notes that people give runs: beside the runs, because a complete run is never modified.

::

    <runs>/.notes/<run_id>.json
"""

import json
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter
from pydantic_core import from_json

from esr_core.config import validated, without_mark
from esr_core.errors import ConfigError, RunError, cause
from esr_core.folders import PathLike
from esr_core.records import RunInfo, RunNotes
from esr_core.run_store.files import has_settled, remove_leftovers, write_atomically

FOLDER = ".notes"  # hidden: not a run
NO_NOTES = RunNotes()
_NOTES = TypeAdapter(RunNotes)


def read_notes(root: PathLike, run_id: str) -> RunNotes:
    """What is stored of a run; where that cannot be read, notes that say why."""
    path = _file(root, run_id)
    try:
        return validated(_NOTES, from_json(without_mark(path.read_bytes())), "notes")  # somebody edited it by hand
    except (FileNotFoundError, NotADirectoryError):
        return NO_NOTES
    except (OSError, ValueError, ConfigError) as error:
        return RunNotes(problem=f"{FOLDER}/{path.name} cannot be read: {cause(error)}")


def write_notes(root: PathLike, run_id: str, notes: RunNotes) -> None:
    """Replace what is stored of a run in one step; empty notes are removed.

    Raises:
        RunError: if the folder cannot be written.
    """
    path = _file(root, run_id)
    content = {"name": notes.name, "tags": notes.tags, "text": notes.text}
    try:
        if notes.is_empty:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(exist_ok=True)
        remove_leftovers(path.parent.glob(".*"))
        write_atomically(path, json.dumps(content, ensure_ascii=False, indent=2).encode())
    except OSError as error:
        raise RunError(f"notes of run {run_id} cannot be written to {path.parent}: {error.strerror}") from None


class NotesReader:
    """The notes of all runs of a store, read again only when one was written.

    Args:
        root: folder of the store.
    """

    def __init__(self, root: PathLike) -> None:
        self._folder = Path(root) / FOLDER
        self._as_of: int | None = None  # time of change of the folder that they were read at; None: read again
        self._notes: dict[str, RunNotes] = {}

    def read(self) -> bool:
        """Look at the folder; whether notes are others than before."""
        try:
            changed = self._folder.stat().st_mtime_ns
        except OSError:  # nobody has written any
            changed = 0
        if changed == self._as_of:
            return False
        before, names = self._notes, (path.stem for path in self._folder.glob("[!.]*.json"))
        self._notes = {name: read_notes(self._folder.parent, name) for name in names} if changed else {}
        self._as_of = changed if has_settled(changed) else None
        return self._notes != before

    def with_notes(self, run: RunInfo) -> RunInfo:
        """The run with its notes as they were read last."""
        notes = self._notes.get(run.run_id, NO_NOTES)
        return run if run.notes == notes else replace(run, notes=notes)


def _file(root: PathLike, run_id: str) -> Path:
    return Path(root) / FOLDER / f"{run_id}.json"
