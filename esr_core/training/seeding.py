"""Random states that depend on a run's seed alone."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def seeded(seed: int, branch: int) -> Iterator[None]:
    """Inside, torch's random state depends on the two numbers alone; outside, it is as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(np.random.SeedSequence((seed, branch)).generate_state(1, np.uint64)[0]) >> 1)
        yield
