"""One writer at a time: a lock of the operating system's on a folder, which ends with the process, however it ends."""

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
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        if isinstance(error, BlockingIOError):
            return None
        raise OSError(error.errno, f"{error.strerror}: {NO_LOCKS}", str(folder)) from None
    return lock


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
