"""Whose card page Runs shows, and that card."""

from collections.abc import Sequence

import streamlit as st

from app import answers
from app.runs.model_card import model_card
from app.kit.plain_text import for_markdown
from esr_core.errors import EsrError
from esr_core.records import RunInfo


def show_card(runs: Sequence[RunInfo]) -> None:
    """The box that names a finished run, and the card of the run that is named."""
    finished = {run.run_id: f"{run.label} · {run.run_id}" for run in runs if run.status.state == "finished"}
    if not finished:
        return
    run_id = st.selectbox(
        "Card of",
        list(finished),
        index=None,
        format_func=finished.__getitem__,
        placeholder="Choose a run to read what it learned from, how good it is and what it is not for",
        key="card_of",
    )
    if run_id is None:
        return
    try:
        model_card(run_id, answers.card(run_id))
    except EsrError as error:
        st.warning(for_markdown(f"{error}."))
