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
    """Emotion classes by cross-entropy.

    Args:
        offsets: (C,) added to the logits in training alone; None adds nothing.
    """

    def __init__(self, offsets: Tensor | None = None) -> None:
        self.offsets = offsets

    def outputs(self, network: ESR, images: Tensor, learners: tuple[int, ...], shared: nn.Module) -> Tensor:
        """Logits (L, B, C)."""
        features = shared(images.contiguous(memory_format=torch.channels_last))
        return torch.stack([network.branches[n](features) for n in learners])

    def targets(self, data: TrainingData, indices: np.ndarray) -> Tensor:
        """Class indices (B,), or shares of votes (B, C)."""
        return data.targets(indices)

    def losses(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Cross-entropy of each branch."""
        logits = outputs.float() if self.offsets is None else outputs.float() + self.offsets
        return torch.stack([nn.functional.cross_entropy(of_branch, targets) for of_branch in logits])

    def right(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Share of pictures of which each branch's class is the labelled one, or that with most votes."""
        labels = targets if targets.ndim == 1 else targets.argmax(dim=1)
        return (outputs.detach().argmax(dim=2) == labels).float().mean(dim=1)


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


def task_of(config: TrainingConfig, data: TrainingData) -> Task:
    """The task that a configuration names, on its data."""
    if config.task == "affect":
        return AffectTask()
    if not config.logit_adjustment:
        return EmotionTask()
    shares = data.class_shares(adjusted_for(config, data), len(config.network.class_names))
    return EmotionTask(class_offsets(shares, config, data.device))


def adjusted_for(config: TrainingConfig, data: TrainingData) -> np.ndarray:
    """Indices of the pictures by whose classes logits are adjusted, whatever the number of branches.

    All that train; where each branch has a balanced subset, that of the first, as the others have as many of each.
    """
    return data.training if config.protocol.balance == "none" else data.branches[0]


def class_offsets(shares: np.ndarray, config: TrainingConfig, device: torch.device) -> Tensor:
    """What is added to logits in training, so that without it rare classes count for more: (C,).

    Args:
        shares: of the classes in the training pictures, (C,), above 0.
        config: its ``logit_adjustment`` is the weight: 0 leaves the classes as they are, 1 evens them out by ``log``.
        device: of the logits.

    Source: Menon et al. 2021, arXiv 2007.07314, "logit adjusted softmax cross-entropy"; for ``fourth-root`` with the
    margins of Cao et al. 2019, arXiv 1906.07413, subtracted from every class, as targets may be votes.
    """
    by_share = np.log(shares) if config.logit_adjustment_by == "log" else -(shares**-0.25)
    return torch.as_tensor(config.logit_adjustment * by_share, dtype=torch.float32, device=device)
