"""Which process is meant: a process number alone may have been given to another one since.

A start counts from the start of the machine where processes do so, too: in seconds since the epoch it would change each
time the clock is set, and with it what is running would seem to be gone.
"""

import psutil

TOLERANCE_S = 1.0


def process_start(process: psutil.Process) -> float:
    """When a process started, in seconds since the machine started, or since the epoch where not on Linux."""
    return process.create_time() - (psutil.boot_time() if psutil.LINUX else 0.0)


def is_alive(pid: int | None, started: float | None) -> bool:
    """Whether that very process still runs; a zombie runs no more.

    Args:
        pid: its number.
        started: as ``process_start`` gives it; earlier versions stored seconds since the epoch.
    """
    if pid is None or started is None:
        return False
    try:
        process = psutil.Process(pid)
        starts = process_start(process), process.create_time()
        is_same = any(abs(start - started) < TOLERANCE_S for start in starts)
        return is_same and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.NoSuchProcess, ValueError):  # no process has a number below 0
        return False
