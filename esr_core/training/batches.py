"""Who learns from which pictures, step by step."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch

from esr_core.config import TrainingConfig
from esr_core.training.data import TrainingData
from esr_core.training.phases import Phase, is_interleaved


class Step(NamedTuple):
    """One update: which branches learn, from which pictures."""

    learners: tuple[int, ...]
    indices: np.ndarray


def epoch_steps(phase: Phase, data: TrainingData, config: TrainingConfig, generator: torch.Generator) -> Iterator[Step]:
    """The steps of one epoch, in an order the generator decides; several processes take them together.

    When a branch is added, all learning branches see the new branch's pictures; interleaved branches take turns, each
    on pictures of its own order.
    """
    batch_size = config.batch_size * data.team.size
    if not phase.is_interleaved:
        for indices in _batches(data.branches[phase.branch - 1], batch_size, generator):
            yield Step(phase.learners, indices)
        return
    learned = learned_from(config, data.training, data.branches)
    orders = (_batches(indices, batch_size, generator) for indices in learned)
    for turn in zip(*orders, strict=True):
        for learner, indices in zip(phase.learners, turn, strict=True):
            yield Step((learner,), indices)


def epoch_pictures(phase: Phase, data: TrainingData, config: TrainingConfig) -> int:
    """How many pictures the steps of one epoch have, each as often as it comes."""
    sizes = [len(indices) for indices in learned_from(config, data.training, data.branches)]
    return sum(sizes) if phase.is_interleaved else sizes[phase.branch - 1]


def learned_from(
    config: TrainingConfig, training: np.ndarray, branches: Sequence[np.ndarray]
) -> tuple[np.ndarray, ...]:
    """The pictures that each branch is shown: where they take turns and nothing is balanced, those of all folds.

    Args:
        config: of the training.
        training: indices of the whole training part.
        branches: for each branch its balanced subset, or the folds that it keeps where it is added to others.
    """
    has_all = is_interleaved(config) and config.protocol.balance == "none"
    return (training,) * len(branches) if has_all else tuple(branches)


def _batches(indices: np.ndarray, batch_size: int, generator: torch.Generator) -> list[np.ndarray]:
    """The pictures in random order, cut into batches; a last one of a single picture joins the one before."""
    order = indices[torch.randperm(len(indices), generator=generator).numpy()]
    cuts = list(range(batch_size, len(order), batch_size))
    if cuts and len(order) - cuts[-1] == 1:  # batch norm has no variance of a single picture
        cuts.pop()
    return np.split(order, cuts)
