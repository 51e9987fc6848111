"""The end of memory in a training, explained so that one can act on it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from esr_core.config import TrainingConfig
from esr_core.errors import TrainingError

ASKED = re.compile(r"tried to allocate ([\d.]+ ?\w+)", re.IGNORECASE)
SENTENCES = ("can't allocate memory", "out of memory")  # PyTorch has no exception type of its own for the CPU and MPS


@contextmanager
def memory_explained(config: TrainingConfig, device: torch.device) -> Iterator[None]:
    """Inside, a failed allocation becomes a TrainingError that says how much was asked and what to lower."""
    try:
        yield
    except RuntimeError as error:  # torch.OutOfMemoryError, of CUDA, is one
        if not any(sentence in str(error) for sentence in SENTENCES):
            raise
        asked = ASKED.search(str(error))
        raise TrainingError(
            f"{device} has not enough memory: {asked[1] if asked else 'an unknown amount'} more was asked for; lower "
            f"batch_size, which is {config.batch_size}, or network.num_branches, which is {config.network.num_branches}"
        ) from error
