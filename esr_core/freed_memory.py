"""What a process does with the memory that it frees: by default glibc gives large blocks back at once."""

import ctypes
import sys

M_TRIM_THRESHOLD, M_MMAP_MAX, M_ARENA_MAX = -1, -4, -8  # of glibc's malloc.h
NEVER = 2**31 - 1


def keep_freed_memory(at_most: int = NEVER) -> bool:
    """Let this process use the memory it frees again instead of giving it back to the operating system.

    A network on the CPU asks for the same hundreds of megabytes with every batch. By default glibc takes every large
    block from the system and gives it back, and the system clears each page anew: a third of the time of a prediction.

    Args:
        at_most: bytes that are kept; a process that lives for days beside others should not keep all it ever had.

    Returns:
        Whether it was done; not where the C library is another one.
    """
    if not sys.platform.startswith("linux"):
        return False
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    # One arena: what one thread has freed is there for the next one, as the app answers each click in a new thread.
    options = ((M_MMAP_MAX, 0), (M_ARENA_MAX, 1), (M_TRIM_THRESHOLD, at_most))
    return set_option is not None and all(set_option(option, value) for option, value in options)
