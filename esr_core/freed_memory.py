"""What a process does with the memory that it frees: by default glibc gives large blocks back at once."""

import ctypes
import sys
from collections.abc import Callable

M_TRIM_THRESHOLD, M_MMAP_MAX, M_ARENA_MAX = -1, -4, -8  # of glibc's malloc.h
NEVER = 2**31 - 1


def keep_freed_memory() -> bool:
    """Let this process use the memory it frees again instead of giving it back to the operating system.

    A network on the CPU asks for the same hundreds of megabytes with every batch. By default glibc takes every large
    block from the system and gives it back, and the system clears each page anew: a third of the time of a prediction.

    Returns:
        Whether it was done; not where the C library is another one.
    """
    set_option = _of_glibc("mallopt")
    # One arena: what one thread has freed is there for the next one, as the app answers each click in a new thread.
    options = ((M_MMAP_MAX, 0), (M_ARENA_MAX, 1), (M_TRIM_THRESHOLD, NEVER))
    return set_option is not None and all(set_option(option, value) for option, value in options)


def give_back_freed_memory() -> bool:
    """Give back all that is free now: for a process that lives for days beside others and was busy a while ago.

    Returns:
        Whether there was any; never where the C library is another one.
    """
    trim = _of_glibc("malloc_trim")
    return trim is not None and bool(trim(0))


def _of_glibc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform.startswith("linux") else None
