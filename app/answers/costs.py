"""What networks cost: counted, and measured on this machine once for each network."""

import streamlit as st

from app.answers.networks import model_lock
from esr_core.config import NetworkConfig
from esr_core.devices import resolve_device
from esr_core.evaluation import COSTS, MEASURED_TIME
from esr_core.networks.timing import time_for_a_face
from esr_core.records import FaceTime


def cost(network: NetworkConfig, name: str) -> float:
    """One of COSTS, counted or measured once for each network."""
    if name == MEASURED_TIME.name:
        return 1000 * measure_face_time(network).seconds
    return COSTS[name].of(network)


def face_time(network: NetworkConfig) -> FaceTime | None:
    """How long a network takes for one face on this machine; None until it was measured."""
    return _times().get(network)


def measure_face_time(network: NetworkConfig) -> FaceTime:
    """The same, measured where it was not yet: a second or two, in which no other network computes."""
    with model_lock:
        if network not in _times():
            _times()[network] = time_for_a_face(network, resolve_device("auto"))
        return _times()[network]


@st.cache_resource(show_spinner=False)
def _times() -> dict[NetworkConfig, FaceTime]:
    return {}
