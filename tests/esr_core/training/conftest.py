"""A task small enough to train in a second: bright pictures are one class, dark ones the other."""

import numpy as np
import pandas as pd
import pytest
import torch

from esr_core.config import AugmentationConfig, NetworkConfig, ProtocolConfig, TrainingConfig
from esr_core.data.branch_data import branch_training
from esr_core.data.protocols import Parts
from esr_core.training import TrainingData

STILL = AugmentationConfig(brightness=0.0, contrast=0.0, flip=0.0, rotation_deg=0.0, translation=0.0, scale=0.0)


@pytest.fixture
def tiny_data() -> TrainingData:
    """24 grey pictures: four training folds of four, four to validate, four to test."""
    rng = np.random.default_rng(0)
    labels = np.tile([0, 1], 12)
    pictures = (
        rng.integers(0, 120, (24, 96, 96, 1), dtype=np.uint8) + (labels * 120).astype(np.uint8)[:, None, None, None]
    )
    folds = np.arange(24).reshape(6, 4)
    parts = Parts(training=tuple(folds[:4]), validation=folds[4], test=folds[5])
    branches = branch_training(parts, pd.DataFrame(), ProtocolConfig(), num_branches=2)
    return TrainingData(pictures, labels, parts, branches, "lab", torch.device("cpu"))


@pytest.fixture
def tiny_config() -> TrainingConfig:
    """Two branches after the fourth block, one epoch each."""
    return TrainingConfig(
        data="tiny",
        network=NetworkConfig(branching_level=4, num_branches=2, class_names=("dark", "bright")),
        epochs_first_branch=1,
        epochs_later_branch=1,
        validate_every_epochs=1,
        batch_size=6,
        augmentation=STILL,
    )
