"""Deleted runs, in a folder beside the others until it is emptied, so that deleting can be undone.

::

    <runs>/.trash/<run_id>~<nanoseconds since the epoch>/

A run goes in and comes back in one step, as the folder that it is. Its notes, and what it predicted on other sets, stay
where they are until the trash is emptied.
"""

import os
import shutil
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from esr_core.errors import RunError, RunNotFoundError, as_sentence
from esr_core.folders import PathLike
from esr_core.run_store.cross_sets import delete_cross_sets
from esr_core.run_store.files import remove_leftovers, with_ending
from esr_core.run_store.naming import RUN_ID
from esr_core.run_store.notes import NO_NOTES, write_notes

FOLDER = ".trash"  # hidden: not a run


@dataclass(frozen=True, slots=True)
class TrashedRun:
    """A deleted run."""

    run_id: str
    deleted: float  # seconds since the epoch
    folder: Path

    @property
    def size_bytes(self) -> int:
        """What its files take."""
        return sum(path.lstat().st_size for path in self.folder.rglob("*") if path.is_file())


def list_trash(root: PathLike) -> Sequence[TrashedRun]:
    """Deleted runs, the latest first."""
    trashed = (_read(path) for path in (Path(root) / FOLDER).glob("*~*"))
    return sorted(filter(None, trashed), key=lambda run: run.deleted, reverse=True)


def put_in_trash(folder: PathLike) -> None:
    """Delete a run until it is restored.

    Raises:
        RunError: if its folder cannot be moved.
    """
    folder = Path(folder)
    trash = folder.parent / FOLDER
    try:
        trash.mkdir(exist_ok=True)
        folder.rename(trash / f"{folder.name}~{time.time_ns()}")
    except OSError as error:
        raise RunError(f"run {folder.name} cannot be deleted: {as_sentence(error)}") from None


def restore_from_trash(root: PathLike, run_id: str) -> None:
    """Bring the latest deleted run of a name back.

    Raises:
        RunNotFoundError: if there is none in the trash.
        RunError: if there is a run of this name again, or its folder cannot be moved.
    """
    root = Path(root)
    run = next((run for run in list_trash(root) if run.run_id == run_id), None)
    if run is None:
        raise _not_there(root, run_id)
    if (root / run_id).exists():
        raise RunError(f"run {run_id} cannot be restored: there is another run of this name in {root}")
    try:
        run.folder.rename(root / run_id)
    except OSError as error:
        raise RunError(f"run {run_id} cannot be restored: {as_sentence(error)}") from None


def empty_trash(root: PathLike, run_ids: Collection[str] | None = None) -> None:
    """Remove deleted runs for good, with their notes and what they predicted on other sets.

    Args:
        root: folder of the store.
        run_ids: whose; None takes all.

    Raises:
        RunNotFoundError: if one of these is not in the trash.
        RunError: if a file cannot be removed.
    """
    root = Path(root)
    trashed = list_trash(root)
    remove_leftovers((root / FOLDER).glob(".*"))
    if missing := set(run_ids or ()) - {run.run_id for run in trashed}:
        raise _not_there(root, min(missing))
    for run in trashed:
        if run_ids is not None and run.run_id not in run_ids:
            continue
        try:
            doomed = run.folder.with_name(with_ending(f".{run.folder.name}", f".{os.getpid()}"))
            shutil.rmtree(run.folder.rename(doomed))  # a process that is killed here leaves no half that comes back
        except OSError as error:
            raise RunError(f"run {run.run_id} cannot be deleted for good: {as_sentence(error)}") from None
        if not (root / run.run_id).exists():
            delete_cross_sets(root, run.run_id)
            write_notes(root, run.run_id, NO_NOTES)


def _not_there(root: Path, run_id: str) -> RunNotFoundError:
    return RunNotFoundError(f"there is no run {run_id!r} in the trash of {root}")


def _read(folder: Path) -> TrashedRun | None:
    run_id, _, moment = folder.name.rpartition("~")
    is_ours = RUN_ID.fullmatch(run_id) and moment.isdecimal()
    return TrashedRun(run_id, int(moment) / 1e9, folder) if is_ours else None
