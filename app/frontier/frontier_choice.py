"""Which quality page Frontier weighs against which cost, and of which runs; all of it is in the address."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from app import answers
from app.shell import session
from esr_core.evaluation import ACCURACY, COSTS, QUALITIES, Cost, Quality
from esr_core.records import RunInfo

PICKED, ALL = "picked runs", "all finished runs"
MOST_RUNS = 100  # each is measured once, which takes a moment


@dataclass(frozen=True, slots=True)
class FrontierChoice:
    """What is drawn."""

    quality: Quality
    cost: Cost
    runs: Sequence[RunInfo]
    num_left_out: int  # older finished runs
    with_paper: bool


def choose() -> FrontierChoice:
    """Draw the controls, one after another."""
    name = st.selectbox("Quality", list(QUALITIES), key="quality", bind="query-params", width=200)
    cost = st.segmented_control(
        "Cost", list(COSTS), default="parameters", required=True, key="cost", bind="query-params"
    )
    of = st.segmented_control("Of", [PICKED, ALL], default=PICKED, required=True, key="of", bind="query-params")
    is_printed = name == ACCURACY.name
    paper = st.toggle(
        "The paper's values",
        key="paper",
        bind="query-params",
        disabled=not is_printed,
        help="Accuracies as printed, mean ± deviation. They are of other pictures than those of your runs.",
    )
    runs = _runs(of)
    return FrontierChoice(QUALITIES[name], COSTS[cost], runs[:MOST_RUNS], len(runs[MOST_RUNS:]), paper and is_printed)


def _runs(of: str) -> Sequence[RunInfo]:
    if of == PICKED:
        return [answers.run(run_id) for run_id in session.picked_runs()]
    return [run for run in answers.runs() if run.status.state == "finished" and not run.unusable]
