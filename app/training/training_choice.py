"""What the form says, on its way from the fields to the launch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from esr_core.architectures import Architecture


@dataclass(frozen=True, slots=True)
class TrainingChoice:
    """The values of the form's fields, which may still be impossible; several values of one of them are a sweep."""

    data: str  # id of the prepared set
    preset: str | None
    levels: tuple[int, ...]
    strategies: tuple[str, ...]
    seeds: str  # as typed, "0" or "0-2"
    folds: str
    settings: Mapping[str, Any]  # the other fields' by field of a configuration; ``precision`` only if it was chosen
    copied: Mapping[str, Any] = field(default_factory=dict)  # of a run, what it has besides; ``start`` among them

    @property
    def architecture(self) -> Architecture:
        """The network to train."""
        return self.settings["network.architecture"]

    @property
    def device(self) -> str:
        """The device to train on."""
        return self.settings["device"]
