"""From what the form says to a configuration: the browser names a prepared set, never a path."""

from collections.abc import Mapping
from typing import Any

from app import settings
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.prepared import PreparedCard
from esr_core.errors import ConfigError


def training_config(choice: Mapping[str, Any], sets: Mapping[str, PreparedCard]) -> TrainingConfig:
    """The configuration of the form's choices.

    Raises:
        ConfigError: if a value is impossible or the set is not one of those listed.
    """
    if choice["data"] not in sets:
        raise ConfigError(f"data must be one of {', '.join(sets)}, got {choice['data']!r}")
    return TrainingConfig(
        data=str(settings.prepared_root().resolve() / choice["data"]),
        network=NetworkConfig(
            architecture=choice["architecture"],
            branching_level=choice["level"],
            num_branches=choice["branches"],
            class_names=sets[choice["data"]].class_names,
        ),
        strategy=choice["strategy"],
        epochs_first_branch=choice["epochs"],
        epochs_later_branch=choice["later_epochs"],
        validate_every_epochs=max(1, choice["epochs"] // 20),
        learning_rate=choice["learning_rate"],
        batch_size=choice["batch_size"],
        seed=choice["seed"],
        device=choice["device"],
    )
