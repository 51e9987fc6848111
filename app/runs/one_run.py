"""One run, chosen by name: what people wrote about it, and its card."""

import re
from collections.abc import Sequence

import streamlit as st

from app import answers
from app.kit.option_box import chosen_in, lasting_titles
from app.kit.plain_text import for_markdown
from app.runs.notes_form import notes_form
from app.shell import session
from esr_core.errors import EsrError
from esr_core.records import RunInfo

MOST_LISTED = 100  # the newest, besides those picked and the one that page Frontier opened
CHOSEN = "card_of"


def show_one(runs: Sequence[RunInfo]) -> None:
    """The box that names a run, its notes, and its card if it has finished."""
    at_hand = (*session.picked_runs(), chosen_in(CHOSEN))
    offered = [run for run in runs if run.run_id in at_hand] + list(runs[:MOST_LISTED])
    labels = {run.run_id: f"{run.label} · {run.run_id}" for run in offered}
    if not labels:
        return
    run_id = st.selectbox(
        "One run",
        list(labels),
        index=None,
        format_func=lasting_titles(labels, CHOSEN),
        placeholder="Choose a run to name it, tag it, write notes and read its card",
        key=CHOSEN,
        persist_state="session",
    )
    if run_id is None:
        return
    run = answers.run(run_id)
    notes_form(run, runs)
    if run.status.state != "finished":
        st.caption("It has a card once it has finished.")
        return
    try:
        _draw_card(run_id, answers.card(run_id))
    except EsrError as error:
        st.warning(for_markdown(f"{error}."))


def _draw_card(run_id: str, text: str) -> None:
    """Draw a card, Markdown in which strangers' words are escaped already, below the headings of the page."""
    with st.container(border=True):
        st.markdown(re.sub("^#", "###", text, flags=re.MULTILINE))
        st.download_button("Card as Markdown", text, file_name=f"{run_id}.md", mime="text/markdown")
