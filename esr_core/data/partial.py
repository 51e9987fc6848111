"""A prepared set in the making: a hidden folder beside its destination, which another attempt can go on with.

::

    .<set>.preparing/
      key              of what is being prepared; another source starts over
      outcomes.jsonl   a line per chunk: null for a picture taken, else why not; a torn last line is dropped
      images.npy       the pictures taken, with room in the header for their final number
      .lock            held while somebody works here
"""

import io
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.lib import format as npy

from esr_core.data.fetching import Outcome, Rejected
from esr_core.data.prepared import PICTURE_SHAPE
from esr_core.errors import DataError
from esr_core.locks import take_lock

PICTURE_BYTES = int(np.prod(PICTURE_SHAPE))
SCAFFOLDING = ("key", "outcomes.jsonl", ".lock")
Reasons = list[str | None]  # for each sample why it was rejected; None where its picture was taken


class PartialSet:
    """The writer of one prepared set. One process at a time; leaving the block keeps what was done."""

    def __init__(self, destination: Path, key: str) -> None:
        """Take the folder, with what an earlier attempt at the same key left in it.

        Args:
            destination: folder the finished set becomes.
            key: names the source, its samples and options.

        Raises:
            DataError: if another process is preparing the same destination.
            OSError: if nothing can be written there.
        """
        self.destination = destination
        self.folder = destination.with_name(f".{destination.name}.preparing")
        self.reasons: Reasons = []
        destination.parent.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(exist_ok=True)
        self._lock = self._taken_lock()
        try:
            self._go_on_or_start(key)
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with ExitStack() as closing:  # each of them, for closing a file can fail on a full disk once more
            closing.callback(os.close, self._lock)
            closing.callback(self._outcomes.close)
            closing.callback(self._images.close)

    @property
    def done(self) -> int:
        """Samples that have an outcome."""
        return len(self.reasons)

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Keep the outcomes of the next samples."""
        for outcome in outcomes:
            if not isinstance(outcome, Rejected):
                self._images.write(outcome.tobytes())
        self._images.flush()
        os.fsync(self._images.fileno())  # a line must never stand for pictures that a power cut takes
        reasons = [outcome.reason if isinstance(outcome, Rejected) else None for outcome in outcomes]
        self._outcomes.write(json.dumps(reasons) + "\n")
        self._outcomes.flush()
        self.reasons += reasons

    def pictures(self) -> np.ndarray:
        """The pictures taken so far, uint8 (n, 96, 96, 3), memory-mapped, once their number stands in the header."""
        self._images.seek(0)
        self._images.write(_header(self._num_taken()))
        self._images.flush()
        os.fsync(self._images.fileno())
        return np.load(self.folder / "images.npy", mmap_mode="r", allow_pickle=False)

    def become_destination(self) -> None:
        """Give the folder its name; it holds everything a prepared set needs."""
        self.folder.rename(self.destination)
        for name in SCAFFOLDING:
            (self.destination / name).unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove the folder, where going on would end no better."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _taken_lock(self) -> int:
        lock = take_lock(self.folder)
        if lock is None:
            raise DataError(f"{self.destination} is being prepared by another process; wait for it to end")
        return lock

    def _go_on_or_start(self, key: str) -> None:
        images, outcomes = self.folder / "images.npy", self.folder / "outcomes.jsonl"
        if not self._was_for(key):
            (self.folder / "key").unlink(missing_ok=True)  # first, so that a kill here starts over as well
            images.write_bytes(_header(0))
            outcomes.write_bytes(b"")
            (self.folder / "key").write_text(key, encoding="ascii")
        self.reasons, kept_bytes = _outcomes_kept(outcomes.read_bytes(), images.stat().st_size)
        os.truncate(outcomes, kept_bytes)
        os.truncate(images, len(_header(0)) + PICTURE_BYTES * self._num_taken())
        self._images = images.open("r+b")
        self._images.seek(0, os.SEEK_END)
        self._outcomes = outcomes.open("a", encoding="utf-8")

    def _was_for(self, key: str) -> bool:
        files = [self.folder / name for name in ("key", "images.npy", "outcomes.jsonl")]
        return all(path.is_file() for path in files) and files[0].read_bytes() == key.encode()

    def _num_taken(self) -> int:
        return self.reasons.count(None)


def _outcomes_kept(journal: bytes, image_bytes: int) -> tuple[Reasons, int]:
    """Reasons of the whole lines whose pictures are all there, and the bytes of these lines."""
    reasons: Reasons = []
    kept_bytes = 0
    room = (image_bytes - len(_header(0))) // PICTURE_BYTES
    for line in journal.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        reasons_of_line: Reasons = json.loads(line)
        room -= reasons_of_line.count(None)
        if room < 0:
            break
        reasons += reasons_of_line
        kept_bytes += len(line)
    return reasons, kept_bytes


def _header(count: int) -> bytes:
    """The header of images.npy; NumPy leaves room in it, so it has the same length for any number of pictures."""
    buffer = io.BytesIO()
    npy.write_array_header_1_0(buffer, {"descr": "|u1", "fortran_order": False, "shape": (count, *PICTURE_SHAPE)})
    return buffer.getvalue()
