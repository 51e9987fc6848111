"""A small run on built-in faces: something to look at in under two minutes on two cores."""

from pathlib import Path

from esr_core.config import AugmentationConfig, NetworkConfig, ProtocolConfig, TrainingConfig
from esr_core.data.builtin import builtin_source
from esr_core.data.location import locate_set
from esr_core.data.preparation import prepare
from esr_core.folders import PathLike, absolute

SET_NAME = "builtin-demo"
NUM_SUBJECTS, NUM_SEQUENCES = 20, 7  # every person poses each emotion once


def demonstration_config(prepared_root: PathLike) -> TrainingConfig:
    """An ESR-4 at level 3, frozen: after the first branch, each further one costs little."""
    return TrainingConfig(
        data=str(absolute(prepared_root) / SET_NAME),
        network=NetworkConfig(branching_level=3, num_branches=4),
        protocol=ProtocolConfig(kind="subject-folds", training_folds=5),
        strategy="frozen",
        batch_size=16,
        epochs_first_branch=8,
        epochs_later_branch=3,
        decay_every_epochs=3,
        validate_every_epochs=1,
        augmentation=AugmentationConfig(rotation_deg=8.0, translation=0.04, scale=0.05),
    )


def draw_missing_faces(config: TrainingConfig) -> None:
    """Draw the faces of the demonstration where a run needs them and they are not there."""
    if Path(config.data).name == SET_NAME and not (locate_set(config) / "card.json").exists():
        prepare_demonstration(Path(config.data).parent)


def prepare_demonstration(prepared_root: PathLike) -> None:
    """Draw the faces of the demonstration unless they are there already."""
    folder = Path(prepared_root) / SET_NAME
    if not (folder / "card.json").exists():
        prepare(builtin_source(NUM_SUBJECTS, NUM_SEQUENCES, seed=0, difficulty="easy"), folder)
