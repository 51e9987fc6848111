"""One writer at a time: a lock of the operating system's on a folder, which ends with the process, however it ends."""

import fcntl
import os
from pathlib import Path

NAME = ".lock"


def take_lock(folder: Path) -> int | None:
    """Lock a folder for this process.

    Args:
        folder: existing; a hidden file in it carries the lock.

    Returns:
        A file descriptor, the lock being held until it is closed; None if another process holds it.
    """
    lock = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock
