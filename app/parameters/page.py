"""What does branching cost? Parameters of the picked runs, and of every level one could branch at."""

import pandas as pd
import streamlit as st

from app import answers
from app.kit.figure import draw_chart, draw_question
from app.shell import session
from esr_core.architectures import ARCHITECTURES
from esr_core.charts.parameters import parameter_chart, parameter_table
from esr_core.config import NetworkConfig


def draw_parameters(question: str, table: pd.DataFrame, name: str, head: st.delta_generator.DeltaGenerator) -> None:
    """Draw the question in ``head``, then the numbers, and under them the chart that compares them."""
    chart = parameter_chart(question, table)
    with head:
        draw_question(question, table, name)
    numbers = table.columns.drop(["network", "saved"])
    columns = dict.fromkeys(numbers, st.column_config.NumberColumn(format="localized"))
    columns["saved"] = st.column_config.NumberColumn("saved, %", format="%.1f")
    st.dataframe(table, hide_index=True, width="stretch", column_config=columns)
    draw_chart(chart.figure, name, chart.alt)


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
    "Network",
    tuple(ARCHITECTURES),
    default=NetworkConfig().architecture,
    required=True,
    key="parameters_network",
    persist_state="session",
)
branches = branches_box.number_input("Branches", 1, 32, 4, key="parameters_branches", persist_state="session")
base = NetworkConfig(architecture=architecture, branching_level=0, num_branches=branches)
levels = {
    f"level {level}" if level else "level 0, traditional": answers.parameters(base.replace(branching_level=level))
    for level in range(ARCHITECTURES[architecture].num_blocks + 1)
}
table = parameter_table(levels, dict.fromkeys(levels, answers.parameters(base)))
draw_parameters("What would every branching level cost?", table, "parameters-levels", head)
