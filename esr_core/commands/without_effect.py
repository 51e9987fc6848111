"""Settings that others leave without effect: given by hand they are refused, not ignored; a preset may have them."""

import argparse
from collections.abc import Callable, Collection
from dataclasses import dataclass

from esr_core.commands.given import given, refuse
from esr_core.commands.settings import SETTINGS
from esr_core.config import TrainingConfig
from esr_core.training.phases import is_interleaved, plan

FLAGS = {setting.field: setting.flag for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Effect:
    """When some settings have one."""

    fields: tuple[str, ...]  # of a configuration
    is_there: Callable[[TrainingConfig], bool]
    otherwise: str  # why they have none, as the end of a sentence


def _moves_pictures(config: TrainingConfig) -> bool:
    augmentation = config.augmentation
    return any((augmentation.rotation_deg, augmentation.translation, augmentation.scale))


EFFECTS = (
    Effect(("decay_factor", "decay_every_epochs"), lambda config: config.decay == "step", "with --decay cosine"),
    Effect(("shared_learning_rate",), lambda config: config.strategy == "custom", "without --strategy custom"),
    Effect(
        ("shared_learning_rate",),
        lambda config: config.network.num_branches > 1 or config.start is not None,
        "with --branches 1",
    ),
    Effect(("shared_learning_rate",), lambda config: config.task == "emotion", "with --task affect"),
    Effect(
        ("shared_learning_rate", "trained_branch_learning_rate"),
        lambda config: config.network.branching_level > 0 or config.task == "affect",
        "with --level 0: no branch changes while another is added",
    ),
    Effect(
        ("trained_branch_learning_rate",),
        lambda config: config.strategy in ("varied", "custom"),
        "without --strategy varied or custom",
    ),
    Effect(
        ("trained_branch_learning_rate", "epochs_later_branch"),
        lambda config: config.network.num_branches > 1,
        "with --branches 1",
    ),
    Effect(("epochs_later_branch",), lambda config: not is_interleaved(config), "with --strategy interleaved"),
    Effect(
        ("epochs_first_branch",),
        lambda config: any(phase.branch <= 1 for phase in plan(config)),
        "where branches are added to a stored run: --later-epochs is of each of them",
    ),
    Effect(("milestone_dtype",), lambda config: bool(config.milestones), "without --milestones"),
    Effect(("logit_adjustment_by",), lambda config: config.logit_adjustment > 0, "without --logit-adjustment"),
    Effect(("protocol.max_per_group",), lambda config: config.protocol.balance != "none", "without --balance"),
    Effect(("protocol.fold",), lambda config: config.protocol.kind != "official", "with --protocol official"),
    Effect(("augmentation.resampling",), _moves_pictures, "without --rotation, --translation or --scale"),
)


def has_effect(field: str, config: TrainingConfig) -> bool:
    """Whether a setting, named by its field of a configuration, makes a difference among the others."""
    return all(effect.is_there(config) for effect in EFFECTS if field in effect.fields)


def refuse_without_effect(options: argparse.Namespace, configs: Collection[TrainingConfig]) -> None:
    """Raise ConfigError for a setting given by hand that makes no difference in any of the configurations."""
    flags = given(options)
    for effect in EFFECTS:
        if not any(map(effect.is_there, configs)):
            refuse(flags & {FLAGS[field] for field in effect.fields}, effect.otherwise)
