"""The ensemble with shared representations: one shared trunk, several branches, one vote."""

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from esr_core.architectures import Architecture
from esr_core.config import NetworkConfig
from esr_core.emotions import EMOTIONS
from esr_core.errors import ConfigError
from esr_core.networks.blocks import Branch, convolution_blocks


class InputNormalisation(nn.Module):
    """Subtracts the training set's mean and divides by its standard deviation, channel by channel.

    The two are buffers: stored with the weights, never trained, not counted as parameters.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("std", torch.ones(channels))

    def forward(self, images: Tensor) -> Tensor:
        """Normalised images (B, K, H, W) from images in [0, 1] of the same shape."""
        return (images - self.mean[:, None, None]) / self.std[:, None, None]


class ESR(nn.Module):
    """Ensemble with shared representations (paper, Figures 1 and 3).

    The first ``branching_level`` convolution blocks are shared, the rest is repeated in every branch. Level 0 shares
    nothing and is the traditional ensemble; one branch is the single network.

    Args:
        architecture: a key of ``esr_core.architectures.ARCHITECTURES``: ``lab`` takes grey images, ``wild`` RGB ones.
        branching_level: shared convolution blocks, from 0 to all of the architecture's.
        num_branches: branches to start with; 0 has shared layers alone, to which branches are added.
        class_names: what the logits stand for, in order; at least two.
        affect_head: give every branch valence and arousal too.

    Raises:
        ConfigError: if a value is impossible; the message names it.
    """

    def __init__(
        self,
        architecture: Architecture,
        branching_level: int,
        num_branches: int = 1,
        class_names: Sequence[str] = EMOTIONS,
        affect_head: bool = False,
    ) -> None:
        super().__init__()
        self.config = NetworkConfig(
            architecture=architecture,
            branching_level=branching_level,
            num_branches=num_branches,
            class_names=tuple(class_names),
            affect_head=affect_head,
        )
        self.layout = self.config.layout
        self.shared = nn.Sequential(
            InputNormalisation(self.layout.input_channels),
            *convolution_blocks(self.layout, 0, branching_level),
        )
        self.branches = nn.ModuleList(self._fresh_branch() for _ in range(num_branches))

    @classmethod
    def from_config(cls, config: NetworkConfig) -> "ESR":
        """The freshly initialised network a configuration describes."""
        return cls(**{name: getattr(config, name) for name in type(config).model_fields})

    def forward(self, images: Tensor, first: int = 0) -> Tensor:
        """Logits (B, N - first, C) of every branch from the position ``first`` on.

        Args:
            images: float, in [0, 1], (B, K, H, W), the last three as ``layout.image_shape`` has them.
            first: position of the first branch that is asked, below the number of branches N.

        Raises:
            ConfigError: if the images have another shape, or there is no such branch.
        """
        self._require_images(images)
        if not 0 <= first < len(self.branches):
            raise ConfigError(f"first must be from 0 to {len(self.branches) - 1}, got {first}")
        features = self.shared(images)
        return torch.stack([branch(features) for branch in list(self.branches)[first:]], dim=1)

    def affect(self, images: Tensor) -> Tensor:
        """Valence and arousal of every branch, (B, N, 2); trained towards [-1, 1].

        Raises:
            ConfigError: if the network has no affect head or the images have another shape.
        """
        self._require_images(images)
        features = self.shared(images)
        return torch.stack([branch.affect(branch(features)) for branch in self.each_branch()], dim=1)  # (B, N, 2)

    def feature_maps(self, images: Tensor) -> list[Tensor]:
        """Last feature maps (B, K, h, w) of every branch; ``branch.classify`` turns them into its logits.

        Raises:
            ConfigError: if the images have another shape than ``forward`` takes.
        """
        self._require_images(images)
        features = self.shared(images)
        return [branch.blocks(features) for branch in self.each_branch()]

    @property
    def normalisation(self) -> InputNormalisation:
        """The first of the shared layers."""
        return cast(InputNormalisation, self.shared[0])

    def each_branch(self) -> Iterator[Branch]:
        """The branches in order, as what they are: ``nn.ModuleList`` forgets the type."""
        return (cast(Branch, branch) for branch in self.branches)

    def add_branch(self) -> Branch:
        """Append a freshly initialised branch, on the device and in the mode of the network, and return it."""
        branch = self._fresh_branch().to(self.normalisation.mean.device).train(self.training)
        self.branches.append(branch)
        self.config = self.config.replace(num_branches=len(self.branches))
        return branch

    def add_affect_heads(self) -> None:
        """Give every branch that has none a freshly initialised affect head."""
        for branch in self.each_branch():
            if branch.affect_head is None:
                branch.affect_head = nn.Linear(len(self.config.class_names), 2).to(self.normalisation.mean.device)
        self.config = self.config.replace(affect_head=True)

    def set_normalisation(self, mean: Sequence[float], std: Sequence[float]) -> None:
        """Store the training set's mean and standard deviation per channel, in units of images in [0, 1].

        Raises:
            ConfigError: if there is not one of each per channel, or one is not finite, or a deviation is not above 0.
        """
        channels = self.layout.input_channels
        counts_fit = len(mean) == len(std) == channels
        if not (counts_fit and np.isfinite([*mean, *std]).all() and min(std) > 0):
            raise ConfigError(
                f"mean and std must hold {channels} finite values each, std above 0, got {mean} and {std}"
            )
        self.normalisation.mean.copy_(torch.as_tensor(mean))
        self.normalisation.std.copy_(torch.as_tensor(std))

    def _fresh_branch(self) -> Branch:
        config = self.config
        return Branch(self.layout, config.branching_level, len(config.class_names), config.affect_head)

    def _require_images(self, images: Tensor) -> None:
        if not self.branches:
            raise ConfigError("the network must have a branch to be asked about images, got shared layers alone")
        expected = self.layout.image_shape
        if images.ndim != 4 or tuple(images.shape[1:]) != expected:
            shape = "x".join(map(str, expected))
            raise ConfigError(
                f"images must be (B, {shape}) for the {self.config.architecture} network, got {tuple(images.shape)}"
            )
