"""The settings of a training as options of the command line."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from esr_core.architectures import ARCHITECTURES, MOST_BLOCKS
from esr_core.config import (
    CheckpointDtype,
    Decay,
    LogitAdjustment,
    Precision,
    Resampling,
    Strategy,
    Targets,
    Task,
    TrainingConfig,
)
from esr_core.presets import PRESETS


@dataclass(frozen=True, slots=True)
class Setting:
    """One command line option that sets one field of the configuration."""

    flag: str
    field: str  # dotted path in TrainingConfig
    help: str
    metavar: str | None = None
    choices: Sequence[str] | None = None

    @property
    def default(self) -> Any:  # noqa: ANN401 - the field's own type
        """What the configuration has when the option is not given."""
        *groups, name = self.field.split(".")
        owner: Any = TrainingConfig
        for group in groups:
            owner = type(owner.model_fields[group].default)
        return owner.model_fields[name].default


SETTINGS = (
    Setting(
        "--network",
        "network.architecture",
        "; ".join(f"{name}: {layout.summary}" for name, layout in ARCHITECTURES.items()),
        choices=tuple(ARCHITECTURES),
    ),
    Setting(
        "--level", "network.branching_level", "shared convolution blocks; 0 = traditional ensemble", f"0-{MOST_BLOCKS}"
    ),
    Setting("--branches", "network.num_branches", "branches; 1 = single network", "N"),
    Setting(
        "--task", "task", "affect trains valence and arousal on top of the ensemble of --start", choices=get_args(Task)
    ),
    Setting(
        "--targets",
        "targets",
        "majority: the labelled class; votes: the distribution of the annotators' votes",
        choices=get_args(Targets),
    ),
    Setting(
        "--logit-adjustment",
        "logit_adjustment",
        "weight of the classes' frequencies in training: above 0, rare classes are named more often",
        "WEIGHT",
    ),
    Setting(
        "--logit-adjustment-by",
        "logit_adjustment_by",
        "log: the logarithm of the frequencies; fourth-root: margins that favour the rarest classes most",
        choices=get_args(LogitAdjustment),
    ),
    Setting("--refit-classifiers", "refit_classifiers", "fit last layers anew at the end, on pictures as they are"),
    Setting("--strategy", "strategy", "what trained parts do while a branch is added", choices=get_args(Strategy)),
    Setting("--learning-rate", "learning_rate", "of new branches and of learning shared layers", "RATE"),
    Setting(
        "--trained-branch-learning-rate",
        "trained_branch_learning_rate",
        "of trained branches, varied and custom",
        "RATE",
    ),
    Setting(
        "--shared-learning-rate", "shared_learning_rate", "of trained shared layers, custom only; 0 freezes", "RATE"
    ),
    Setting("--momentum", "momentum", "of stochastic gradient descent", "SHARE"),
    Setting("--weight-decay", "weight_decay", "of stochastic gradient descent", "FACTOR"),
    Setting(
        "--decay",
        "decay",
        "of learning rates, anew for each branch: in steps, or along half a cosine to 0",
        choices=get_args(Decay),
    ),
    Setting("--decay-factor", "decay_factor", "learning rates are multiplied by this at each step of it", "FACTOR"),
    Setting("--decay-every", "decay_every_epochs", "epochs between two steps of the decay", "EPOCHS"),
    Setting("--epochs", "epochs_first_branch", "of the first branch, or of all when interleaved", "EPOCHS"),
    Setting("--later-epochs", "epochs_later_branch", "of each later branch", "EPOCHS"),
    Setting(
        "--batch-size", "batch_size", "pictures per step, of each process where torchrun starts several", "PICTURES"
    ),
    Setting("--validate-every", "validate_every_epochs", "epochs between validation points", "EPOCHS"),
    Setting(
        "--milestones",
        "milestones",
        "epochs of each branch whose weights are kept, with the last one; none keeps the best ensemble alone",
        "EPOCH,...",
    ),
    Setting(
        "--protocol",
        "protocol.kind",
        "how pictures are divided",
        choices=("auto", "official", "subject-folds", "random-folds"),
    ),
    Setting("--fold", "protocol.fold", "fold that tests; the next one validates", "0-9"),
    Setting("--training-folds", "protocol.training_folds", "folds that train, of the 8 left", "1-8"),
    Setting(
        "--balance",
        "protocol.balance",
        "give each branch a random subset with as many of each",
        choices=("none", "emotion", "quadrant"),
    ),
    Setting("--max-per-group", "protocol.max_per_group", "pictures of each in such a subset, at most", "N"),
    Setting("--brightness", "augmentation.brightness", "added at most, in shares of the full range", "SHARE"),
    Setting("--contrast", "augmentation.contrast", "factor is 1 plus or minus this", "SHARE"),
    Setting("--flip", "augmentation.flip", "probability of a horizontal flip", "SHARE"),
    Setting("--rotation", "augmentation.rotation_deg", "at most, either way", "DEGREES"),
    Setting("--translation", "augmentation.translation", "at most, in shares of the side", "SHARE"),
    Setting("--scale", "augmentation.scale", "factor is 1 plus or minus this", "SHARE"),
    Setting("--erasing", "augmentation.erasing", "probability that a random rectangle is erased", "SHARE"),
    Setting(
        "--resampling",
        "augmentation.resampling",
        "of turned, moved and rescaled pictures: bicubic keeps them as sharp as those of the test part",
        choices=get_args(Resampling),
    ),
    Setting(
        "--precision", "precision", "of the forward pass; float16 needs a CUDA device", choices=get_args(Precision)
    ),
    Setting(
        "--checkpoint-dtype",
        "checkpoint_dtype",
        "of stored convolution and linear weights; float16 halves a run's size, int8 stores weights in a quarter, and "
        "results are those of the rounded weights",
        choices=get_args(CheckpointDtype),
    ),
    Setting(
        "--milestone-dtype",
        "milestone_dtype",
        "of milestones' weights, where not that of --checkpoint-dtype",
        choices=get_args(CheckpointDtype),
    ),
    Setting("--compile", "compile", "by torch.compile: a minute to start, then fewer and larger kernels"),
    Setting("--seed", "seed", "on a CPU, with as many threads, the same seed gives the same weights", "N"),
    Setting("--device", "device", "auto, cpu, cuda, cuda:<index> or mps", "DEVICE"),
)


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add ``--preset`` and one option per setting; what is not given is not among the parsed options."""
    described = "; ".join(f"{name}: {preset.what}" for name, preset in PRESETS.items())
    parser.add_argument("--preset", choices=tuple(PRESETS), help=f"settings where no option gives one; {described}")
    parser.add_argument("--start", metavar="RUN", help="go on from a stored run's ensemble: add branches, or fine-tune")
    parser.add_argument("--start-checkpoint", default="best", metavar="NAME", help="of that run")
    for setting in SETTINGS:
        default = ",".join(map(str, setting.default)) if isinstance(setting.default, tuple) else setting.default
        text = setting.help if default is None else f"{setting.help} (default: {default})"
        how: dict[str, Any] = {"dest": setting.field, "default": argparse.SUPPRESS, "help": text}
        if isinstance(setting.default, bool):
            how |= {"action": argparse.BooleanOptionalAction}
        else:
            how |= {"type": _type_of(setting), "metavar": setting.metavar, "choices": setting.choices}
        parser.add_argument(setting.flag, **how)


def _type_of(setting: Setting) -> Callable[[str], Any]:
    """What makes a value of an option's text."""
    if setting.choices:
        return str
    return _whole_numbers if isinstance(setting.default, tuple) else type(setting.default)


def _whole_numbers(text: str) -> tuple[int, ...]:
    """``0,1,50``, or ``none``."""
    try:
        return () if text == "none" else tuple(int(number) for number in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be numbers as 0,1,50 or none, got {text!r}") from None
