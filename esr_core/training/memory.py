"""Memory of a training: kept by the process from step to step, and its end explained so that one can act on it."""

import ctypes
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from esr_core.config import TrainingConfig
from esr_core.errors import TrainingError

ASKED = re.compile(r"tried to allocate ([\d.]+ ?\w+)", re.IGNORECASE)
CPU_SENTENCE = "can't allocate memory"  # PyTorch has no exception type of its own for the CPU

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # of glibc's malloc.h
NEVER = 2**31 - 1


def keep_freed_memory() -> bool:
    """Let this process keep the memory it frees instead of giving it back to the operating system.

    A training step on the CPU asks for the same hundreds of megabytes again and again. By default glibc takes every
    large block from the system and gives it back, and the system clears each page anew.

    Returns:
        Whether it was done; not where the C library is another one.
    """
    if not sys.platform.startswith("linux"):
        return False
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    return set_option is not None and bool(set_option(M_MMAP_MAX, 0) and set_option(M_TRIM_THRESHOLD, NEVER))


@contextmanager
def memory_explained(config: TrainingConfig, device: torch.device) -> Iterator[None]:
    """Inside, a failed allocation becomes a TrainingError that says how much was asked and what to lower."""
    try:
        yield
    except RuntimeError as error:  # torch.OutOfMemoryError is one
        if not isinstance(error, torch.OutOfMemoryError) and CPU_SENTENCE not in str(error):
            raise
        asked = ASKED.search(str(error))
        raise TrainingError(
            f"{device} has not enough memory: {asked[1] if asked else 'an unknown amount'} more was asked for; lower "
            f"batch_size, which is {config.batch_size}, or network.num_branches, which is {config.network.num_branches}"
        ) from error
