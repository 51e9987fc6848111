"""All runs below a folder as they are now, each read once and again only where it may have changed.

A finished run never changes, so that it is read once; of any other run the files' stamps are looked at, and of one that
trains its status is read each time, for its process may have gone.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from esr_core.errors import RunNotFoundError
from esr_core.folders import PathLike
from esr_core.records import RunInfo
from esr_core.run_store.files import has_settled
from esr_core.run_store.naming import run_names
from esr_core.run_store.notes import NotesReader
from esr_core.run_store.run_index import Stamp, read_index, write_index
from esr_core.run_store.store import RunStore, newest_first

MANIFEST = "manifest.json"
FILES = ("config.json", "status.json", "epochs.jsonl", MANIFEST)
WORTH_KEEPING = 50  # finished runs read, which takes as long as writing the index

Stamps = tuple[Stamp | None, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A run as it was read."""

    stamps: Stamps  # of its files just before that
    info: RunInfo

    @property
    def is_for_ever(self) -> bool:
        """Whether it will never read otherwise; files of a run that came with the project are held against hashes."""
        return self.info.status.state == "finished" and not self.info.is_shipped


class RunCatalogue:
    """The runs of a store, for readers that ask again and again; safe to share between threads.

    Args:
        root: folder of the store.
        index: file in which finished runs are kept for the next process; None keeps none.
    """

    def __init__(self, root: PathLike, index: PathLike | None = None) -> None:
        self._store = RunStore(root)
        self._index = None if index is None else Path(index)
        self._kept = read_index(self._index) if self._index else {}  # by an earlier process
        self._read_anew = 0  # finished runs since the index was written
        self._lock = threading.Lock()
        self._runs: dict[str, _Read] = {}
        self._names: tuple[str, ...] = ()
        self._names_as_of: int | None = None  # time of change of the root that they were listed at; None: list again
        self._listed: Sequence[RunInfo] = ()
        self._is_stale = False  # whether a run reads otherwise than it is listed
        self._notes = NotesReader(root)

    def list(self) -> Sequence[RunInfo]:
        """All runs, the newest first, as :meth:`RunStore.list` gives them, or raises OSError."""
        with self._lock:
            before, names = self._names, self._current_names()
            if names is not before:
                for gone in self._runs.keys() - set(names):
                    del self._runs[gone]
            if names is before:
                self._look_at_open_runs()
            self._is_stale |= self._notes.read()
            if names is not before or self._is_stale:
                infos = (self._current(name) for name in names)
                noted = (self._notes.with_notes(info) for info in infos if info is not None)
                self._listed = tuple(newest_first(noted))
                self._is_stale = False
                self._keep()
            return self._listed

    def info(self, run_id: str) -> RunInfo:
        """What is known of a run, without reading its weights.

        Raises:
            RunNotFoundError: if there is no such run.
        """
        self._store.folder(run_id)
        with self._lock:
            if (info := self._current(run_id)) is None:
                raise RunNotFoundError(f"there is no run {run_id!r} in {self._store.root}")
            self._is_stale |= self._notes.read()
            return self._notes.with_notes(info)

    def _look_at_open_runs(self) -> None:
        """Read the runs that can change where they did."""
        for name in [name for name, read in self._runs.items() if not read.is_for_ever]:
            self._current(name)

    def _keep(self) -> None:
        """Write the index where enough was read to be worth it."""
        self._kept = {}
        if self._index is not None and self._read_anew >= WORTH_KEEPING:
            finished = {name: read for name, read in self._runs.items() if read.is_for_ever and read.stamps[-1]}
            write_index(self._index, {name: (read.stamps[-1] or (), read.info) for name, read in finished.items()})
            self._read_anew = 0

    def _current_names(self) -> tuple[str, ...]:
        root = self._store.root
        try:
            changed = root.stat().st_mtime_ns
        except FileNotFoundError:  # nothing was ever trained
            self._names, self._names_as_of = (), None
            return self._names
        if self._names_as_of != changed:
            names = tuple(run_names(root))
            is_replaced = self._forget_replaced()
            self._names = names if is_replaced or set(names) != set(self._names) else self._names
            self._names_as_of = changed if has_settled(changed) else None
        return self._names

    def _forget_replaced(self) -> bool:
        """Whether a finished run is another one of its name now, as when a backup was restored: it is read again."""
        finished = [(name, read.stamps[-1]) for name, read in self._runs.items() if read.is_for_ever]
        replaced = [name for name, stamp in finished if stamp != _stamp(self._store.root / name / MANIFEST)]
        for name in replaced:
            del self._runs[name]
        return bool(replaced)

    def _current(self, run_id: str) -> RunInfo | None:
        """The run as it is now; None where it was deleted meanwhile."""
        read = self._runs.get(run_id)
        if read is not None and read.is_for_ever:
            return read.info
        if kept := self._kept.pop(run_id, None):
            stamp, info = kept
            if stamp == _stamp(self._store.root / run_id / MANIFEST):
                self._runs[run_id] = _Read((stamp,), info)
                return info
        stamps = _stamps(self._store.root / run_id)
        if read is not None and read.stamps == stamps and _speaks_for_itself(read.info):
            return read.info
        try:
            info = self._store.info(run_id)
        except RunNotFoundError:
            self._runs.pop(run_id, None)
            self._is_stale = True
            return None
        self._is_stale |= read is None or info != read.info
        self._runs[run_id] = _Read(stamps, info)
        self._read_anew += self._runs[run_id].is_for_ever
        return info


def _speaks_for_itself(info: RunInfo) -> bool:
    """Whether its files alone say what state it is in: not a process, and not hashes of other files."""
    return info.status.state not in ("running", "damaged") and not info.is_shipped


def _stamps(folder: Path) -> Stamps:
    """What changes when a file of the run is written."""
    return tuple(_stamp(folder / name) for name in FILES)


def _stamp(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
