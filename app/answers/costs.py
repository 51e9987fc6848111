"""What networks cost: counted, and measured on this machine once for each network."""

import streamlit as st

from app.answers.networks import model_lock
from esr_core.architectures import Architecture
from esr_core.config import NetworkConfig
from esr_core.devices import resolve_device
from esr_core.evaluation import COSTS, MEASURED_TIME
from esr_core.networks.cost import multiply_adds as of_blocks
from esr_core.networks.cost import multiply_adds_of_network
from esr_core.networks.timing import time_for_a_face
from esr_core.records import FaceTime


def multiply_adds(network: NetworkConfig) -> int:
    """Multiply-adds of the convolutions of all branches for one face."""
    return multiply_adds_of_network(network)


def cost(network: NetworkConfig, name: str) -> float:
    """One of COSTS, counted or measured once for each network."""
    if name == MEASURED_TIME.name:
        return 1000 * measure_face_time(network).seconds
    return _counted(network, name)


@st.cache_data(max_entries=256, show_spinner=False)
def _counted(network: NetworkConfig, name: str) -> float:
    return COSTS[name].of(network)


def block_multiply_adds(architecture: Architecture) -> tuple[int, ...]:
    """Multiply-adds of each convolution block for one face, in order."""
    return of_blocks(architecture)


def face_time(network: NetworkConfig) -> FaceTime | None:
    """How long a network takes for one face on this machine; None until it was measured."""
    return _times().get(network)


def measure_face_time(network: NetworkConfig) -> FaceTime:
    """The same, measured where it was not yet: a second at most, in which no other network computes."""
    with model_lock:
        if network not in _times():
            _times()[network] = time_for_a_face(network, resolve_device("auto"))
        return _times()[network]


@st.cache_resource(show_spinner=False)
def _times() -> dict[NetworkConfig, FaceTime]:
    return {}
