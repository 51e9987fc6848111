"""The network drawn, what it costs, and what sharing saves."""

from functools import partial

import pandas as pd
import streamlit as st

from app import answers
from app.kit.network_drawing import LARGE, alternative, block_name, network_drawing, num_shared
from app.kit.save_menu import save_menu
from app.network.clickable_drawing import clickable_drawing
from app.shell import session
from esr_core.config import NetworkConfig

BLOCK = "network_block"


def draw(network: NetworkConfig) -> None:
    """Draw the numbers, then the network with the chosen block marked; a click on a block chooses it."""
    count = network.layout.num_blocks
    session.show(BLOCK, min(st.session_state.get(BLOCK) or count, count))
    counts = answers.parameters(network)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("How is it built?", width="content")
        csv = {"CSV": lambda: block_table(network).to_csv(index=False)}
        save_menu("network", csv, svg=network_drawing(network, counts, LARGE))
    _numbers(network)
    svg = network_drawing(network, counts, LARGE, st.session_state[BLOCK])
    clickable_drawing(svg, alternative(network), "network-drawing", partial(st.session_state.__setitem__, BLOCK))
    st.caption(
        "Blue blocks are shared, orange ones a branch's own; each is a convolution to so many maps, batch norm and "
        "ReLU, with 2×2 max pooling where it says so. A click on a block shows its maps below."
    )


def block_table(network: NetworkConfig) -> pd.DataFrame:
    """A row for each convolution block: columns block, layers, copies, parameters and multiply-adds, of one copy."""
    work = answers.block_multiply_adds(network.architecture)
    rows = [
        (
            number,
            block_name(number, network),
            1 if number <= num_shared(network) else network.num_branches,
            parameters,
            work[number - 1],
        )
        for number, parameters in enumerate(network.layout.block_parameters, start=1)
    ]
    return pd.DataFrame(rows, columns=["block", "layers", "copies", "parameters of one", "multiply-adds of one"])


def _numbers(network: NetworkConfig) -> None:
    """Parameters and multiply-adds, each with what is saved against the traditional ensemble."""
    traditional = network.replace(branching_level=0)
    parameters, most = answers.parameters(network).total, answers.parameters(traditional).total
    work, most_work = answers.multiply_adds(network), answers.multiply_adds(traditional)
    shown = {
        "Parameters": (f"{parameters:,}", 1 - parameters / most),
        "Multiply-adds for a face": (f"{work / 1e6:,.0f} million", 1 - work / most_work),
    }
    boxes = st.columns([3, 3, 6])
    for box, (label, (value, saved)) in zip(boxes, shown.items(), strict=False):
        box.metric(label, value, _saving(network, saved), delta_color="off", delta_arrow="off")


def _saving(network: NetworkConfig, saved: float) -> str:
    if network.num_branches == 1:
        return "one network"
    name = f"TE-{network.num_branches}"
    return f"this is {name}" if network.branching_level == 0 else f"−{100 * saved:.1f} % against {name}"
