"""Which network is drawn: at first a picked run's, then whatever the controls say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.kit.option_box import chosen_in, lasting_titles
from app.shell.controls import Controls, Values
from esr_core.architectures import ARCHITECTURES
from esr_core.config import NetworkConfig
from esr_core.records import RunInfo

RUN, ARCHITECTURE, BRANCHES, LEVEL = (f"network_{name}" for name in ("run", "architecture", "branches", "level"))
DRAWN = "network_drawn"
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
    state = st.session_state
    if RUN not in state or chosen_in(RUN) not in (runs or {None}):  # a first visit, or no longer picked
        state[DRAWN] = _network_of(runs, next(iter(runs), None))
    CONTROLS.take(state[DRAWN], lambda chosen: state.__setitem__(DRAWN, _changed(state[DRAWN], chosen, runs)))
    shown = _values(state[DRAWN])
    run_box, network_box, branches_box, level_box = st.columns([7, 2.4, 2, 4], vertical_alignment="bottom")
    CONTROLS.show(state[DRAWN])
    run_box.selectbox(
        "Run",
        list(runs),
        format_func=lasting_titles({run_id: run.title for run_id, run in runs.items()}, RUN),
        key=RUN,
        persist_state="session",
        placeholder="Pick runs in the sidebar",
    )
    network_box.segmented_control("Network", tuple(ARCHITECTURES), required=True, key=ARCHITECTURE)
    branches_box.number_input("Branches", 1, max(MOST_BRANCHES, shown[BRANCHES]), key=BRANCHES)
    most = ARCHITECTURES[shown[ARCHITECTURE]].num_blocks
    level_box.slider("Branching level", 0, most, key=LEVEL, help="How many blocks the branches share")
    CONTROLS.send(state[DRAWN])
    run = runs.get(shown[RUN])
    base = run.config.network if run and run.config else NetworkConfig()  # its classes, and whether it knows affect
    network = base.replace(architecture=shown[ARCHITECTURE], branching_level=shown[LEVEL], num_branches=shown[BRANCHES])
    return NetworkChoice(network, run)


def _network_of(runs: Mapping[str, RunInfo], run_id: str | None) -> str:
    """A run's network, as ``_values`` reads it."""
    run = runs.get(run_id or "")
    network = run.config.network if run and run.config else NetworkConfig(branching_level=3, num_branches=4)
    return f"{network.architecture} {network.num_branches} {network.branching_level} {run_id or ''}"


def _values(drawn: str) -> dict[str, Any]:
    """What the controls show of a network, the level no deeper than it is."""
    architecture, branches, level, run_id = drawn.split(" ", 3)
    most = next(layout.num_blocks for name, layout in ARCHITECTURES.items() if name == architecture)
    return {ARCHITECTURE: architecture, BRANCHES: int(branches), LEVEL: min(int(level), most), RUN: run_id or None}


def _changed(drawn: str, chosen: Values, runs: Mapping[str, RunInfo]) -> str:
    """The network with what was chosen: a run's, then what the other controls say."""
    values = {**_values(_network_of(runs, chosen[RUN]) if RUN in chosen else drawn), **chosen}
    return f"{values[ARCHITECTURE]} {values[BRANCHES]} {values[LEVEL]} {values[RUN] or ''}"


CONTROLS = Controls("shown-network", _values)
