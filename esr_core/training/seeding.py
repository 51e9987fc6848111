"""Random states that depend on a run's seed alone, and the first weights drawn in them."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import nn

from esr_core.networks import ESR


@contextmanager
def seeded(*numbers: int) -> Iterator[None]:
    """Inside, torch's random state depends on the numbers alone; outside, it is as it was."""
    with torch.random.fork_rng(devices=[]):
        seed = int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0]) >> 1
        torch.default_generator.manual_seed(seed)  # of the CPU alone: `torch.manual_seed` is for every device
        yield


def draw_branch(network: ESR, position: int, seed: int) -> None:
    """Draw the first weights of the branch at ``position``, each block in a random state of its own.

    The state depends on the seed, the number of the branch and the number of the block alone, so that the same block
    begins with the same weights at every branching level.
    """
    branch = list(network.each_branch())[position]
    level = network.config.branching_level
    parts: list[tuple[int, nn.Module]] = list(enumerate(branch.blocks, start=level))
    parts.append((len(network.layout.blocks), branch.classifier))
    if branch.affect_head is not None:
        parts.append((len(network.layout.blocks) + 1, branch.affect_head))
    for index, part in parts:
        _draw(part, seed, position + 1, index)


def draw_network(network: ESR, seed: int) -> None:
    """Draw the first weights of the whole network; shared blocks begin as those of the first branch would."""
    for index, block in enumerate(list(network.shared)[1:]):  # the first of them normalises
        _draw(block, seed, 1, index)
    for position in range(len(network.branches)):
        draw_branch(network, position, seed)


def _draw(part: nn.Module, seed: int, branch: int, index: int) -> None:
    device = next(part.parameters()).device
    part.cpu()  # every device has random numbers of its own; the CPU's are the same everywhere
    with seeded(seed, branch, index):
        for layer in part.modules():
            if isinstance(layer, nn.Conv2d | nn.Linear | nn.BatchNorm2d):
                layer.reset_parameters()
    part.to(device)
