"""What does branching cost? Parameters of the picked runs, and of every level one could branch at."""

import streamlit as st

from app import answers
from app.parameters.parameters import draw_parameters
from app.shell import session
from esr_core.architectures import ARCHITECTURES
from esr_core.charts.parameters import parameter_table
from esr_core.config import NetworkConfig

st.title("What does branching cost?")
st.caption(
    "As in the paper's Table 1, against the traditional ensemble of as many networks; here for any size and level."
)
runs = map(answers.run, session.picked_runs())
networks = {run.title: run.config.network for run in runs if run.config}
if networks:
    counts = {name: answers.parameters(network) for name, network in networks.items()}
    traditional = {name: answers.parameters(network.replace(branching_level=0)) for name, network in networks.items()}
    table = parameter_table(counts, traditional)
    draw_parameters("What do the picked runs cost?", table, "parameters-picked", st.container())

head = st.container()
network_box, branches_box, _ = st.columns([2, 2, 4])
architecture = network_box.segmented_control(
    "Network", tuple(ARCHITECTURES), default=NetworkConfig().architecture, required=True, key="parameters_network"
)
branches = branches_box.number_input("Branches", 1, 32, 4, key="parameters_branches")
base = NetworkConfig(architecture=architecture, branching_level=0, num_branches=branches)
levels = {
    f"level {level}" if level else "level 0, traditional": answers.parameters(base.replace(branching_level=level))
    for level in range(ARCHITECTURES[architecture].num_blocks + 1)
}
table = parameter_table(levels, dict.fromkeys(levels, answers.parameters(base)))
draw_parameters("What would every branching level cost?", table, "parameters-levels", head)
