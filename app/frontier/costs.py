"""What a network costs, in the ways that page Frontier offers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app import answers
from esr_core.config import NetworkConfig


@dataclass(frozen=True, slots=True)
class Cost:
    """One way to count."""

    name: str
    title: str  # of an axis, with its unit
    of: Callable[[NetworkConfig], float]


def _milliseconds(network: NetworkConfig) -> float:
    return 1000 * answers.measure_face_time(network).seconds


COSTS: Mapping[str, Cost] = {
    cost.name: cost
    for cost in (
        Cost("parameters", "parameters", lambda network: answers.parameters(network).total),
        Cost("multiply-adds", "multiply-adds for one face", answers.multiply_adds),
        Cost("measured time", "milliseconds for one face, on this machine", _milliseconds),
    )
}
"""By name."""
