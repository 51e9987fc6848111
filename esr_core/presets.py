"""Named settings: the paper's experiments with the paper's numbers, and quick ones sized for a laptop's CPU."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from esr_core.config import AugmentationConfig, NetworkConfig, ProtocolConfig, StartConfig, TrainingConfig
from esr_core.errors import ConfigError

GROUPS = {"network": NetworkConfig, "protocol": ProtocolConfig, "augmentation": AugmentationConfig}
ELSEWHERE = ("data", "data_set", "group", "start")  # what a configuration has of its place and not of its settings


@dataclass(frozen=True, slots=True)
class Preset:
    """Settings under a name."""

    what: str  # one line for people
    settings: Mapping[str, Any]  # by field of TrainingConfig, dotted where it is in a group
    goes_on: bool = False  # whether it needs a stored run to go on from


MILD = {"augmentation.rotation_deg": 10.0, "augmentation.translation": 0.05, "augmentation.scale": 0.05}

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "ck+": Preset(
            'the paper on CK+, "Training ESRs at Different Branching Levels": days on a CPU',
            {
                "network.architecture": "lab",
                "network.branching_level": 3,
                "network.num_branches": 4,
                "protocol.kind": "subject-folds",
                "protocol.training_folds": 4,
                "strategy": "varied",
                "learning_rate": 0.1,
                "trained_branch_learning_rate": 0.02,
                "decay_factor": 0.5,
                "decay_every_epochs": 250,
                "epochs_first_branch": 2000,
                "epochs_later_branch": 1000,
                "batch_size": 32,
                "validate_every_epochs": 50,
            },
        ),
        "affectnet": Preset(
            'the paper on AffectNet, "Discrete emotion perception": ESR-9; needs a GPU',
            {
                "network.architecture": "wild",
                "network.branching_level": 4,
                "network.num_branches": 9,
                "protocol.kind": "official",
                "protocol.balance": "emotion",
                "protocol.max_per_group": 5000,
                "strategy": "varied",
                "learning_rate": 0.1,
                "trained_branch_learning_rate": 0.01,
                "decay_factor": 0.5,
                "decay_every_epochs": 10,
                "epochs_first_branch": 50,
                "epochs_later_branch": 20,
                "batch_size": 32,
                "validate_every_epochs": 1,
            },
        ),
        "affectnet-affect": Preset(
            'the paper on AffectNet, "Continuous affect perception": valence and arousal on top of a stored ESR-9',
            {
                "task": "affect",
                "protocol.kind": "official",
                "protocol.balance": "quadrant",
                "protocol.max_per_group": 5000,
                "strategy": "varied",
                "learning_rate": 0.01,
                "trained_branch_learning_rate": 0.001,
                "decay_factor": 0.5,
                "decay_every_epochs": 10,
                "epochs_first_branch": 50,
                "epochs_later_branch": 20,
                "batch_size": 32,
                "validate_every_epochs": 1,
            },
            goes_on=True,
        ),
        "ferplus": Preset(
            'the paper on FER+, "Fine-tuning on the FER+ Dataset": goes on from a stored ESR-9; 5 seeds are its trials',
            {
                "protocol.kind": "official",
                "protocol.balance": "emotion",
                "protocol.max_per_group": 5000,
                "strategy": "varied",
                "learning_rate": 0.1,
                "trained_branch_learning_rate": 0.02,
                "decay_factor": 0.75,
                "decay_every_epochs": 10,
                "epochs_first_branch": 20,  # the paper gives none; these are its later branches' on AffectNet
                "epochs_later_branch": 20,
                "batch_size": 32,
                "validate_every_epochs": 1,
            },
            goes_on=True,
        ),
        "ferplus-lab": Preset(
            "a lab ensemble on FER+ from nothing, as the gallery has it: hours on two cores with bfloat16",
            {
                "network.architecture": "lab",
                "network.branching_level": 3,
                "network.num_branches": 4,
                "protocol.kind": "official",
                "targets": "votes",
                "logit_adjustment": 1.2,
                "logit_adjustment_by": "fourth-root",
                "refit_classifiers": True,
                "strategy": "varied",
                "learning_rate": 0.1,
                "trained_branch_learning_rate": 0.02,
                "weight_decay": 0.0001,
                "decay": "cosine",
                "epochs_first_branch": 20,
                "epochs_later_branch": 10,
                "batch_size": 32,
                "validate_every_epochs": 1,
                "milestones": (),
                "precision": "bfloat16",
                "augmentation.rotation_deg": 15.0,
            },
        ),
        "quick": Preset(
            "an ESR-4 at level 3 in minutes on a laptop's CPU",
            {
                "network.architecture": "lab",
                "network.branching_level": 3,
                "network.num_branches": 4,
                "decay_every_epochs": 8,
                "epochs_first_branch": 20,
                "epochs_later_branch": 8,
                "batch_size": 16,
                "validate_every_epochs": 2,
                **MILD,
            },
        ),
        "quick-wild": Preset(
            "a small wild ensemble, ESR-3 at level 4, in an hour or less on a laptop's CPU",
            {
                "network.architecture": "wild",
                "network.branching_level": 4,
                "network.num_branches": 3,
                "strategy": "frozen",
                "decay_every_epochs": 4,
                "epochs_first_branch": 10,
                "epochs_later_branch": 4,
                "batch_size": 16,
                "validate_every_epochs": 1,
                **MILD,
            },
        ),
    }
)


def configure(
    data: str,
    class_names: Sequence[str],
    settings: Mapping[str, Any],
    preset: str | None = None,
    start: StartConfig | None = None,
) -> TrainingConfig:
    """A configuration from single settings, those of a preset where they are not given.

    Args:
        data: folder of the prepared set.
        class_names: of that set.
        settings: by field of TrainingConfig, dotted where it is in a group: ``network.branching_level``.
        preset: a key of PRESETS; None takes the configuration's own defaults.
        start: the stored ensemble to go on from; None starts untrained.

    Raises:
        ConfigError: if there is no such preset or setting, or a value is impossible.
    """
    if preset is not None and preset not in PRESETS:
        raise ConfigError(f"preset must be one of {', '.join(PRESETS)}, got {preset!r}")
    chosen = {**(PRESETS[preset].settings if preset else {}), **settings, "network.class_names": tuple(class_names)}
    if chosen.get("task") == "affect":
        chosen |= {"network.affect_head": True}  # what else could learn it
    groups = {name: group(**_of_group(chosen, name)) for name, group in GROUPS.items()}
    return TrainingConfig(data=data, start=start, **groups, **_of_group(chosen, ""))


def settings_of(config: TrainingConfig) -> dict[str, Any]:
    """What ``configure`` makes a configuration equal to this one of, but for its set, group, classes and start."""
    settings = {
        name: getattr(config, name) for name in TrainingConfig.model_fields if name not in (*GROUPS, *ELSEWHERE)
    }
    for group in GROUPS:
        values = getattr(config, group)
        settings |= {f"{group}.{name}": getattr(values, name) for name in type(values).model_fields}
    del settings["network.class_names"]
    return settings


def _of_group(settings: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The settings of one group by their own names; the empty name gives those in no group."""
    split = ((*field.rpartition("."), value) for field, value in settings.items())
    return {field: value for group, _, field, value in split if group == name}
