"""Sweeps: one configuration varied over branching levels, strategies, folds and seeds, as a group of named runs."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import get_args

from esr_core.config import Strategy, TrainingConfig
from esr_core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Sweep:
    """What is varied; an empty sequence keeps the base configuration's own value."""

    levels: Sequence[int] = ()
    strategies: Sequence[str] = ()
    folds: Sequence[int] = ()
    seeds: Sequence[int] = ()

    def expand(self, base: TrainingConfig, group: str | None = None) -> dict[str, TrainingConfig]:
        """The runs of the group by their ids; the same call gives the same ids, so that a sweep can be taken up again.

        At level 0 nothing is shared and every strategy trains the same traditional ensemble, so only the first is
        taken there.

        Args:
            base: everything that is not varied.
            group: name that the ids begin with; None makes one from what is not varied.

        Raises:
            ConfigError: if a value is impossible.
        """
        group = group or _group_name(base)
        return {_run_id(group, config): config.replace(group=group) for config in self._configs(base)}

    def _configs(self, base: TrainingConfig) -> Iterator[TrainingConfig]:
        levels = self.levels or (base.network.branching_level,)
        strategies = self.strategies or (base.strategy,)
        for strategy in strategies:
            if strategy not in get_args(Strategy):
                raise ConfigError(f"strategies must be of {', '.join(get_args(Strategy))}, got {strategy!r}")
        folds = self.folds or (base.protocol.fold,)
        seeds = self.seeds or (base.seed,)
        for level, strategy, fold, seed in product(levels, strategies, folds, seeds):
            if level or strategy == strategies[0]:
                network = base.network.replace(branching_level=level)
                protocol = base.protocol.replace(fold=fold)
                yield base.replace(network=network, protocol=protocol, strategy=strategy, seed=seed)


def number_list(text: str) -> tuple[int, ...]:
    """``0,2,4-6`` as 0, 2, 4, 5, 6, each once.

    Raises:
        ConfigError: if it is anything else, or longer than a thousand.
    """
    ranges = [re.fullmatch(r"\s*(\d{1,9})\s*(?:-\s*(\d{1,9})\s*)?", part) for part in text.split(",")]
    pairs = [(int(match[1]), int(match[2] or match[1])) for match in ranges if match]
    if len(pairs) < len(ranges) or any(first > last for first, last in pairs):
        raise ConfigError(f"must be numbers as 0,2,4-6, got {text!r}")
    if sum(last - first + 1 for first, last in pairs) > 1000:
        raise ConfigError(f"must be a thousand numbers at most, got {text!r}")
    return tuple(dict.fromkeys(number for first, last in pairs for number in range(first, last + 1)))


def _group_name(base: TrainingConfig) -> str:
    """A name that depends on everything a sweep does not vary."""
    fixed = base.anywhere().replace(
        network=base.network.replace(branching_level=0),
        protocol=base.protocol.replace(fold=0),
        strategy="fixed",
        seed=0,
        device="auto",
        group="",
    )
    return f"sweep-{hashlib.sha256(fixed.to_json().encode()).hexdigest()[:8]}"


def _run_id(group: str, config: TrainingConfig) -> str:
    level = config.network.branching_level
    what = f"level{level}-{config.strategy}" if level else "level0"
    return f"{group}-{what}-fold{config.protocol.fold}-seed{config.seed}"
