"""What training reads: pictures gathered batch by batch from a prepared set, and who learns from which."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from esr_core.config import Architecture, TrainingConfig
from esr_core.data.branch_data import branch_training
from esr_core.data.network_input import as_images, to_images
from esr_core.data.picture_file import PictureFile
from esr_core.data.prepared import PreparedSet
from esr_core.data.protocols import Parts
from esr_core.data.votes import vote_distribution
from esr_core.errors import ConfigError
from esr_core.training.distributed import ALONE, Team

UNLABELLED = -1  # class index of a picture that no part uses
CHUNK = 256  # pictures converted at once where a whole part is read
SHARE_FOR_PICTURES = 0.5  # of the memory a CUDA card has free; the rest is for the network and what it computes


@dataclass(frozen=True, slots=True)
class TrainingData:
    """A prepared set divided into parts, read as the network's input.

    Indices are positions in the prepared set.
    """

    pictures: np.ndarray | PictureFile  # uint8 (n, 96, 96, K)
    labels: np.ndarray  # class indices, int64 (n,); -1 where there is none
    parts: Parts
    branches: tuple[np.ndarray, ...]  # indices that each branch learns from
    architecture: Architecture
    device: torch.device
    affect: np.ndarray | None = None  # valence and arousal in [-1, 1], float32 (n, 2); None where not to be learned
    votes: np.ndarray | None = None  # share of votes for each class, float32 (n, C); None where labels are learned
    resident: Tensor | None = None  # all pictures, on the device, where they fit there
    team: Team = ALONE  # the processes that share its batches

    @classmethod
    def load(
        cls,
        config: TrainingConfig,
        prepared: PreparedSet,
        parts: Parts,
        device: torch.device,
        team: Team = ALONE,
    ) -> "TrainingData":
        """The pictures of a prepared set under a configuration, for one process of a team.

        Raises:
            ConfigError: if the network's classes are not the set's.
            DataError: if the set's pictures cannot be read.
        """
        if config.network.class_names != prepared.card.class_names:
            raise ConfigError(
                f"network.class_names must be those of {config.data}, {list(prepared.card.class_names)}, "
                f"got {list(config.network.class_names)}"
            )
        labels = prepared.labels["emotion"].to_numpy(dtype=np.int64, na_value=UNLABELLED)
        affect = None
        if config.task == "affect":
            affect = prepared.labels[["valence", "arousal"]].to_numpy(dtype=np.float32)
        parts, branches = divided(config, prepared.labels, parts)
        votes = None
        if config.targets == "votes":
            votes = vote_distribution(prepared.labels, prepared.card.class_names, np.concatenate(parts.training))
        pictures = PictureFile(prepared.folder / "images.npy")
        resident = resident_pictures(prepared.images, device, _room_bytes(device))
        return cls(
            pictures, labels, parts, branches, config.network.architecture, device, affect, votes, resident, team
        )

    @property
    def training(self) -> np.ndarray:
        """Indices of all training folds together."""
        return np.concatenate(self.parts.training)

    def images(self, indices: np.ndarray) -> Tensor:
        """Images (B, K, 96, 96) in [0, 1] on the device, in the order of ``indices``."""
        if self.resident is not None:
            return as_images(self.resident[self._to_device(torch.from_numpy(indices))], self.architecture)
        pictures = self.pictures[indices]
        if self.device.type == "cpu":
            return to_images(pictures, self.architecture)
        return as_images(self._to_device(torch.tensor(pictures)), self.architecture)  # as bytes: a quarter of the way

    def targets(self, indices: np.ndarray) -> Tensor:
        """Class indices (B,) on the device, or where votes are learned their shares (B, C)."""
        targets = self.labels if self.votes is None else self.votes
        return self._to_device(torch.from_numpy(targets[indices]))

    def class_shares(self, indices: np.ndarray, num_classes: int) -> np.ndarray:
        """Share of each class (C,) in the pictures at ``indices``; one that does not occur counts as one picture.

        Args:
            indices: of pictures that are learned from.
            num_classes: C, as class indices go.
        """
        if self.votes is not None:
            counts = self.votes[indices].sum(axis=0)
        else:
            counts = np.bincount(self.labels[indices], minlength=num_classes)
        return shares_of_classes(counts)

    def affect_targets(self, indices: np.ndarray) -> Tensor:
        """Valence and arousal (B, 2) in [-1, 1] on the device.

        Raises:
            ConfigError: if the training does not learn them.
        """
        if self.affect is None:
            raise ConfigError("task must be affect for valence and arousal to be learned")
        return self._to_device(torch.from_numpy(self.affect[indices]))

    def chunks(self, indices: np.ndarray, size: int = CHUNK) -> Iterator[Tensor]:
        """The images of a whole part, ``size`` at a time; once none, where it is empty."""
        for start in range(0, max(len(indices), 1), size):
            yield self.images(indices[start : start + size])

    def mean_and_std(self) -> tuple[list[float], list[float]]:
        """Mean and standard deviation per channel over the training folds, in units of images in [0, 1]."""
        count = 0
        total = squares = torch.zeros((), dtype=torch.float64)
        for images in self.chunks(self.training):
            values = (images.cpu() if images.device.type == "mps" else images).double()  # which MPS has not
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


def divided(config: TrainingConfig, labels: pd.DataFrame, parts: Parts) -> tuple[Parts, tuple[np.ndarray, ...]]:
    """The pictures of each part that the task can use, and those of each branch.

    Raises:
        DataError: if a part has none, or nothing in the training part has what is balanced.
    """
    if config.task == "affect":
        is_rated = labels[["valence", "arousal"]].notna().all(axis=1).to_numpy(dtype=bool)
        parts = parts.only(is_rated, "rated in valence and arousal")
    return parts, branch_training(parts, labels, config.protocol, config.network.num_branches, seed=config.seed)


def resident_pictures(pictures: np.ndarray, device: torch.device, room_bytes: int) -> Tensor | None:
    """All pictures (n, 96, 96, K) on the device, so that a step copies nothing; None where they do not fit."""
    if pictures.nbytes > room_bytes:
        return None
    resident = torch.empty(pictures.shape, dtype=torch.uint8, device=device)
    for start in range(0, len(pictures), CHUNK):
        chunk = np.array(pictures[start : start + CHUNK])  # a copy: stored pictures are read-only
        resident[start : start + CHUNK] = torch.from_numpy(chunk)
    return resident


def _room_bytes(device: torch.device) -> int:
    """Memory for pictures on a device; 0 on the CPU, where the memory-mapped file is as near."""
    if device.type != "cuda":
        return 0
    free, _total = torch.cuda.mem_get_info(device)
    return int(SHARE_FOR_PICTURES * free)


def shares_of_classes(counts: np.ndarray) -> np.ndarray:
    """Share of each class (C,) by how many pictures it has; one that does not occur counts as one picture."""
    counts = np.maximum(counts, 1)
    return counts / counts.sum()
