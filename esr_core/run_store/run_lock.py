"""The lock of a run's one writer, and its sign of life: an epoch may take longer than another machine waits for a word.

The lock is the operating system's and ends with the process; the time of its file is renewed as long as it is held.
"""

import os
import threading
import time
from pathlib import Path

from esr_core.errors import RunError
from esr_core.locks import NAME, take_lock

BEAT_EVERY_S = 15.0
TAKEN_WITHIN_S = 1.0  # who only looks whether the run is written holds the lock for a moment


class RunLock:
    """Held from the moment it is made until ``release`` or the end of this process.

    Raises:
        RunError: if another process holds it, or this user may not write the run.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = _taken(folder)
        self._file = folder / NAME
        self._released = threading.Event()
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def release(self) -> None:
        """Let another process write."""
        self._released.set()
        os.close(self._lock)

    def _beat(self) -> None:
        while not self._released.wait(BEAT_EVERY_S):
            try:
                os.utime(self._file)
            except FileNotFoundError:  # the run was deleted
                return
            except OSError:  # storage that cannot be reached now may be there again for the next beat
                continue


def _taken(folder: Path) -> int:
    deadline = time.monotonic() + TAKEN_WITHIN_S
    try:
        while (lock := take_lock(folder)) is None:
            if time.monotonic() > deadline:
                raise RunError(f"run {folder.name} is being written by another process")
            time.sleep(0.02)
    except OSError as error:
        raise RunError(f"run {folder.name} cannot be written: {error.strerror}") from None
    return lock


def last_beat(folder: Path) -> float:
    """When a run's lock was last known to be held, in seconds since the epoch; 0 where it never was."""
    try:
        return (folder / NAME).stat().st_mtime
    except OSError:
        return 0.0
