"""Which network is drawn: at first a picked run's, then whatever the controls say."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from app.kit.option_box import chosen_in, lasting_titles
from esr_core.architectures import ARCHITECTURES
from esr_core.config import NetworkConfig
from esr_core.records import RunInfo

RUN, ARCHITECTURE, BRANCHES, LEVEL = (f"network_{name}" for name in ("run", "architecture", "branches", "level"))
MOST_BRANCHES = 32
STYLE = f"<style>[data-testid='stColumn']:has(.st-key-{RUN}) {{min-width: min(100%, 21rem)}}</style>"  # its whole name


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """What is drawn, and whose blocks are looked at."""

    network: NetworkConfig
    run: RunInfo | None  # None where no run is picked


def choose(runs: Mapping[str, RunInfo]) -> NetworkChoice:
    """Draw the controls, in one line; choosing a run sets the others to its network."""
    st.html(STYLE)
    run_box, network_box, branches_box, level_box = st.columns([7, 2.4, 2, 4], vertical_alignment="bottom")
    if RUN not in st.session_state or chosen_in(RUN) not in (runs or {None}):  # a first visit, or no longer picked
        st.session_state[RUN] = next(iter(runs), None)
        _take(runs)
    run_id = run_box.selectbox(
        "Run",
        list(runs),
        format_func=lasting_titles({run_id: run.title for run_id, run in runs.items()}, RUN),
        key=RUN,
        on_change=_take,
        args=(runs,),
        placeholder="Pick runs in the sidebar",
    )
    chosen = network_box.segmented_control("Network", tuple(ARCHITECTURES), required=True, key=ARCHITECTURE)
    architecture = chosen or NetworkConfig().architecture
    branches = branches_box.number_input("Branches", 1, max(MOST_BRANCHES, st.session_state[BRANCHES]), key=BRANCHES)
    most = ARCHITECTURES[architecture].num_blocks
    st.session_state[LEVEL] = min(st.session_state[LEVEL], most)
    level = level_box.slider("Branching level", 0, most, key=LEVEL, help="How many blocks the branches share")
    run = runs.get(run_id) if run_id else None
    base = run.config.network if run and run.config else NetworkConfig()  # its classes, and whether it knows affect
    network = base.replace(architecture=architecture, branching_level=level, num_branches=branches)
    return NetworkChoice(network, run)


def _take(runs: Mapping[str, RunInfo]) -> None:
    """Set the controls to the chosen run's network."""
    run = runs.get(chosen_in(RUN))
    network = run.config.network if run and run.config else NetworkConfig(branching_level=3, num_branches=4)
    st.session_state[ARCHITECTURE] = network.architecture
    st.session_state[BRANCHES] = network.num_branches
    st.session_state[LEVEL] = network.branching_level
