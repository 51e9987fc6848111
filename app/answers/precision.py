"""How much faster bfloat16 would be on this machine: measured once for each network, batch size and device."""

import streamlit as st

from esr_core.config import Architecture, NetworkConfig, TrainingConfig
from esr_core.training.precision_gain import precision_advice as measured_advice


def precision_advice(config: TrainingConfig) -> str | None:
    """A sentence without a full stop; None where there is nothing to say.

    Raises:
        ConfigError: if this machine does not have the training's device.
    """
    return _advice(config.network.architecture, config.batch_size, config.device)


@st.cache_data(max_entries=64, show_spinner="Measuring bfloat16")
def _advice(architecture: Architecture, batch_size: int, device: str) -> str | None:
    network = NetworkConfig(architecture=architecture, branching_level=0)
    return measured_advice(TrainingConfig(data="", network=network, batch_size=batch_size, device=device))
