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


def is_locked(folder: Path) -> bool:
    """Whether a process holds the lock of a folder; nothing is written, and a folder without a lock has none."""
    try:
        lock = os.open(folder / NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False
