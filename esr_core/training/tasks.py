"""What branches learn: emotion classes, or valence and arousal on top of a trained ensemble.

A task says which outputs a branch is judged by, against what, and by which loss; everything else in training is the
same for both.
"""

from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from esr_core.config import TrainingConfig
from esr_core.networks import ESR
from esr_core.training.data import TrainingData


class Task(Protocol):
    """What a learner needs to know of a task."""

    def outputs(self, network: ESR, images: Tensor, learners: tuple[int, ...], shared: nn.Module) -> Tensor:
        """What the learning branches say, (L, B, K): the loss is taken branch by branch.

        Args:
            network: in the mode the phase asks for.
            images: (B, channels, 96, 96) in [0, 1].
            learners: positions of the L branches that learn from these images.
            shared: the network's shared layers, or a quicker copy where they do not learn.
        """

    def targets(self, data: TrainingData, indices: np.ndarray) -> Tensor:
        """What they should say of pictures, on the device."""

    def losses(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Loss of each branch (L,), in float32; their sum is the combined loss (paper, equation 1)."""

    def right(self, outputs: Tensor, targets: Tensor) -> Tensor | None:
        """Share of pictures each branch is right on, (L,); None where there is no right and wrong."""


class EmotionTask:
    """Emotion classes by cross-entropy."""

    def outputs(self, network: ESR, images: Tensor, learners: tuple[int, ...], shared: nn.Module) -> Tensor:
        """Logits (L, B, C)."""
        features = shared(images.contiguous(memory_format=torch.channels_last))
        return torch.stack([network.branches[n](features) for n in learners])

    def targets(self, data: TrainingData, indices: np.ndarray) -> Tensor:
        """Class indices (B,)."""
        return data.targets(indices)

    def losses(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Cross-entropy of each branch."""
        return torch.stack([nn.functional.cross_entropy(logits.float(), targets) for logits in outputs])

    def right(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Share of pictures of which each branch's class is the labelled one."""
        return (outputs.detach().argmax(dim=2) == targets).float().mean(dim=1)


class AffectTask:
    """Valence and arousal by root-mean-square error; the ensemble below the affect heads stays as it is.

    Source: paper, "Continuous affect perception".
    """

    def outputs(self, network: ESR, images: Tensor, learners: tuple[int, ...], shared: nn.Module) -> Tensor:
        """Valence and arousal (L, B, 2)."""
        branches = list(network.each_branch())
        with torch.no_grad():
            features = shared(images.contiguous(memory_format=torch.channels_last))
            logits = [branches[n](features) for n in learners]
        return torch.stack([branches[n].affect(each) for n, each in zip(learners, logits, strict=True)])

    def targets(self, data: TrainingData, indices: np.ndarray) -> Tensor:
        """Valence and arousal (B, 2)."""
        return data.affect_targets(indices)

    def losses(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Root of the mean squared error over pictures and both dimensions, of each branch."""
        return (outputs.float() - targets).square().mean(dim=(1, 2)).sqrt()

    def right(self, outputs: Tensor, targets: Tensor) -> None:
        """Nothing is right or wrong about a degree."""


def task_of(config: TrainingConfig) -> Task:
    """The task that a configuration names."""
    return AffectTask() if config.task == "affect" else EmotionTask()
