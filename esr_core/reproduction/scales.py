"""How much of the paper's training is done: all of it, half of the epochs, or just enough to see that all works."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

EPOCHS = ("epochs_first_branch", "epochs_later_branch", "decay_every_epochs", "validate_every_epochs")
MOST_BRANCHES = 4
QUICK: Mapping[str, Any] = MappingProxyType(
    {
        "epochs_first_branch": 2,
        "epochs_later_branch": 1,
        "decay_every_epochs": 1,
        "validate_every_epochs": 1,
        "milestones": (0, 1),
        "batch_size": 16,
    }
)
QUICK_PER_GROUP = 20

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scale:
    """A size of the whole protocol."""

    name: str
    what: str  # for people
    most_trials: int
    change: Callable[[Settings], Settings]  # from an experiment's settings to those that differ at this scale


def _as_printed(_settings: Settings) -> Settings:
    return {}


def _half(settings: Settings) -> Settings:
    return {name: max(1, settings[name] // 2) for name in EPOCHS}


def _quick(settings: Settings) -> Settings:
    changed: dict[str, Any] = dict(QUICK)
    if settings.get("protocol.balance", "none") != "none":
        changed["protocol.max_per_group"] = QUICK_PER_GROUP
    if settings.get("network.num_branches", 0) > MOST_BRANCHES:
        changed["network.num_branches"] = MOST_BRANCHES
    return changed


SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        scale.name: scale
        for scale in (
            Scale("paper", "the paper's epochs and trials", 10, _as_printed),
            Scale("half", "half of the paper's epochs, all of its trials", 10, _half),
            Scale("quick", "a few epochs and two trials, to see that all works: the numbers mean nothing", 2, _quick),
        )
    }
)
"""By name."""
