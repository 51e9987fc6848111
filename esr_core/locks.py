"""One writer at a time: a lock of the operating system's on a folder or file; it ends with the process, in any case."""

import fcntl
import os
from pathlib import Path

NAME = ".lock"
NO_LOCKS = "its storage cannot lock files, as some network folders; mount it with locks, or use a folder elsewhere"


def take_lock(folder: Path) -> int | None:
    """Lock a folder for this process.

    Args:
        folder: existing; a hidden file in it carries the lock.

    Returns:
        A file descriptor, the lock being held until it is closed; None if another process holds it.

    Raises:
        OSError: if the file cannot be written, or the folder's storage has no locks.
    """
    lock = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if lock_file(lock):
            return lock
    except OSError as error:
        os.close(lock)
        raise OSError(error.errno, f"{error.strerror}: {NO_LOCKS}", str(folder)) from None
    os.close(lock)
    return None


def lock_file(descriptor: int) -> bool:
    """Lock an open file for this process until it is closed; False if another process holds it.

    Raises:
        OSError: if its storage has no locks.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(folder: Path) -> bool | None:
    """Whether a process holds the lock of a folder; nothing is written, and a folder without a lock has none.

    None where that cannot be known: this user may not see the lock, or the folder's storage has none.
    """
    try:
        lock = os.open(folder / NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except PermissionError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(lock)
    return False
