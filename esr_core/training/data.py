"""What training reads: pictures gathered batch by batch from a prepared set, and who learns from which."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from esr_core.config import Architecture, TrainingConfig
from esr_core.data.branch_data import branch_training
from esr_core.data.network_input import to_images
from esr_core.data.prepared import PreparedSet
from esr_core.data.protocols import Parts
from esr_core.errors import ConfigError

UNLABELLED = -1  # class index of a picture that no part uses
CHUNK = 256  # pictures converted at once where a whole part is read


@dataclass(frozen=True, slots=True)
class TrainingData:
    """A prepared set divided into parts, read as the network's input.

    Indices are positions in the prepared set.
    """

    pictures: np.ndarray  # uint8 (n, 96, 96, K), may be memory-mapped
    labels: np.ndarray  # class indices, int64 (n,); -1 where there is none
    parts: Parts
    branches: tuple[np.ndarray, ...]  # indices that each branch learns from
    architecture: Architecture
    device: torch.device

    @classmethod
    def load(cls, config: TrainingConfig, prepared: PreparedSet, parts: Parts, device: torch.device) -> "TrainingData":
        """The pictures of a prepared set under a configuration.

        Raises:
            ConfigError: if the network's classes are not the set's.
        """
        if config.network.class_names != prepared.card.class_names:
            raise ConfigError(
                f"network.class_names must be those of {config.data}, {list(prepared.card.class_names)}, "
                f"got {list(config.network.class_names)}"
            )
        labels = prepared.labels["emotion"].to_numpy(dtype=np.int64, na_value=UNLABELLED)
        branches = branch_training(
            parts, prepared.labels, config.protocol, config.network.num_branches, seed=config.seed
        )
        return cls(prepared.images, labels, parts, branches, config.network.architecture, device)

    @property
    def training(self) -> np.ndarray:
        """Indices of all training folds together."""
        return np.concatenate(self.parts.training)

    def images(self, indices: np.ndarray) -> Tensor:
        """Images (B, K, 96, 96) in [0, 1] on the device, in the order of ``indices``."""
        images = to_images(self.pictures[indices], self.architecture)
        return self._to_device(images)

    def targets(self, indices: np.ndarray) -> Tensor:
        """Class indices (B,) on the device."""
        return self._to_device(torch.from_numpy(self.labels[indices]))

    def chunks(self, indices: np.ndarray) -> Iterator[Tensor]:
        """The images of a whole part, a few hundred at a time."""
        for start in range(0, len(indices), CHUNK):
            yield self.images(indices[start : start + CHUNK])

    def mean_and_std(self) -> tuple[list[float], list[float]]:
        """Mean and standard deviation per channel over the training folds, in units of images in [0, 1]."""
        count = 0
        total = squares = torch.zeros((), dtype=torch.float64)
        for images in self.chunks(self.training):
            values = images.cpu().double()  # not every device has float64
            count += values.numel() // values.shape[1]
            total = total + values.sum(dim=(0, 2, 3))
            squares = squares + values.square().sum(dim=(0, 2, 3))
        mean = total / count
        std = (squares / count - mean.square()).clamp(min=0).sqrt()
        return mean.tolist(), std.clamp(min=1e-6).tolist()  # pictures of one colour have no spread to divide by

    def _to_device(self, values: Tensor) -> Tensor:
        if self.device.type != "cuda":
            return values.to(self.device)
        return values.pin_memory().to(self.device, non_blocking=True)  # the copy overlaps the step before
