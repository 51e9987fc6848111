"""What a network costs, in the ways that quality is weighed against."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from esr_core.config import NetworkConfig
from esr_core.devices import resolve_device
from esr_core.networks import parameters_of
from esr_core.networks.cost import multiply_adds_of_network
from esr_core.networks.timing import time_for_a_face


@dataclass(frozen=True, slots=True)
class Cost:
    """One way to count."""

    name: str
    title: str  # of an axis, with its unit
    of: Callable[[NetworkConfig], float]


MEASURED_TIME = Cost(
    "measured time",
    "milliseconds for one face, on this machine",
    lambda network: 1000 * time_for_a_face(network, resolve_device("auto")).seconds,
)

COSTS: Mapping[str, Cost] = {
    cost.name: cost
    for cost in (
        Cost("parameters", "parameters", lambda network: parameters_of(network).total),
        Cost("multiply-adds", "multiply-adds for one face", multiply_adds_of_network),
        MEASURED_TIME,
    )
}
"""By name."""
