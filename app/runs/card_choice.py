"""Whose card page Runs shows, and that card."""

from collections.abc import Sequence

import streamlit as st

from app import answers
from app.kit.plain_text import for_markdown
from app.runs.model_card import model_card
from app.shell import session
from esr_core.errors import EsrError
from esr_core.records import RunInfo

MOST_LISTED = 100  # the newest; any other is picked first


def show_card(runs: Sequence[RunInfo]) -> None:
    """The box that names a finished run, and the card of the run that is named."""
    picked = session.picked_runs()
    finished = [run for run in runs if run.status.state == "finished"]
    listed = [run for run in finished if run.run_id in picked] + finished[:MOST_LISTED]
    labels = {run.run_id: f"{run.label} · {run.run_id}" for run in listed}
    if not labels:
        return
    run_id = st.selectbox(
        "Card of",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder="Choose a run to read what it learned from, how good it is and what it is not for",
        key="card_of",
    )
    if run_id is None:
        return
    try:
        model_card(run_id, answers.card(run_id))
    except EsrError as error:
        st.warning(for_markdown(f"{error}."))
