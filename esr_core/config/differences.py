"""The settings of several configurations by their dotted names, and those in which they differ."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from esr_core.config.strict import Config


@lru_cache(maxsize=16_384)  # a list of runs asks for all of them whenever it is drawn
def flat_settings(config: Config) -> Mapping[str, Any]:
    """All settings under dotted names, as ``network.branching_level``; tuples as lists, as JSON has them."""
    return _flat(config.model_dump(mode="json"))


def differing_settings(configs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of the settings that not all of these flat configurations have with one value, in their order."""
    names = dict.fromkeys(name for settings in configs for name in settings)
    return [name for name in names if len({repr(settings.get(name)) for settings in configs}) > 1]


def _flat(settings: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat
