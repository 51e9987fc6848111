"""The paper's trainings as a catalogue: what each learns from, by which settings, and how often it is repeated."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from esr_core.presets import PRESETS

STRATEGIES = ("varied", "frozen", "fixed", "interleaved")
LEVELS = range(1, 6)
DATA_TITLES: Mapping[str, str] = MappingProxyType({"ck+": "CK+", "affectnet": "AffectNet", "ferplus": "FER+"})
"""The paper's sets by the names in their cards."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """One network of the paper and its trials."""

    name: str
    title: str  # for people
    data: str  # the set it learns from, by the name in its card
    preset: str  # of PRESETS
    settings: Mapping[str, Any]  # what differs from the preset, by field of a configuration
    needs: tuple[str, ...]  # of ``data_needs.NEEDS``
    trial: Literal["protocol.fold", "seed"] = "seed"  # the setting that counts the trials
    num_trials: int = 1
    start: str | None = None  # the experiment whose ensemble it goes on from

    @property
    def all_settings(self) -> Mapping[str, Any]:
        """Those of the preset and its own."""
        return {**PRESETS[self.preset].settings, **self.settings}


def _lab(name: str, title: str, settings: Mapping[str, Any]) -> Experiment:
    """Ten folds of people (paper, "Training ESRs at Different Branching Levels")."""
    needs = ("classes", "subjects")
    return Experiment(name, title, "ck+", "ck+", settings, needs, "protocol.fold", 10)


_ALL = (
    _lab("single", "single network", {"network.branching_level": 0, "network.num_branches": 1, "strategy": "fixed"}),
    _lab("te", "traditional ensemble", {"network.branching_level": 0, "strategy": "fixed"}),
    *(
        _lab(
            f"level{level}-{strategy}",
            f"ESR-4 level {level} {strategy}",
            {"network.branching_level": level, "strategy": strategy},
        )
        for level in LEVELS
        for strategy in STRATEGIES
    ),
    Experiment("esr9", "ESR-9 on AffectNet", "affectnet", "affectnet", {}, ("classes", "parts")),
    Experiment(
        "esr9-affect",
        "ESR-9 on AffectNet, valence and arousal",
        "affectnet",
        "affectnet-affect",
        {},
        ("classes", "parts", "affect"),
        start="esr9",
    ),
    Experiment(
        "esr9-ferplus",
        "ESR-9 fine-tuned on FER+",
        "ferplus",
        "ferplus",
        {},
        ("classes", "parts", "votes"),
        num_trials=5,
        start="esr9",
    ),
)

EXPERIMENTS: Mapping[str, Experiment] = MappingProxyType({each.name: each for each in _ALL})
"""By name, in the order in which they are trained: what others go on from comes before them."""
