"""The name, the tags and the notes of a run, to be read and changed."""

from collections.abc import Sequence

import streamlit as st

from app.kit.plain_text import for_markdown
from app.shell import clicks, permissions
from esr_core.records import RunInfo, RunNotes
from esr_core.records.notes import LONGEST_NAME


def notes_form(run: RunInfo, runs: Sequence[RunInfo]) -> None:
    """Draw the form, the tags of all runs being offered; whoever may change nothing reads what stands there."""
    key, reason = f"notes-{run.run_id}", permissions.refusal()
    known = sorted({tag for each in runs for tag in each.notes.tags})
    if run.notes.problem:
        st.warning(for_markdown(f"{run.notes.problem}; saving replaces it."))
    _fill(key, run.notes)
    with st.form(key, border=True):
        name_box, tags_box = st.columns(2)
        name_box.text_input("Name", max_chars=LONGEST_NAME, placeholder=run.kind, key=f"{key}-name")
        tags_box.multiselect(
            "Tags",
            list(dict.fromkeys([*run.notes.tags, *known])),
            accept_new_options=True,
            placeholder="Choose or type",
            key=f"{key}-tags",
            wrap=True,
        )
        st.text_area("Notes", key=f"{key}-text")
        st.form_submit_button(
            "Save",
            on_click=clicks.write_run_notes,
            args=(run.run_id, run.notes, lambda: RunNotes(*_typed(key))),
            disabled=reason is not None,
            help=reason,
        )


def _fill(key: str, notes: RunNotes) -> None:
    """Show the stored notes, also those that somebody else has saved since; what was typed and refused stays."""
    state, shown = st.session_state, f"{key}-shown"
    stored = notes.name, notes.tags, notes.text
    if f"{key}-name" not in state or (state[shown] != stored and _typed(key) == state[shown]):
        state[f"{key}-name"], state[f"{key}-tags"], state[f"{key}-text"] = notes.name, list(notes.tags), notes.text
    state[shown] = stored


def _typed(key: str) -> tuple[str, tuple[str, ...], str]:
    """Name, tags and text, which may be none that can be stored."""
    state = st.session_state
    return state[f"{key}-name"].strip(), tuple(state[f"{key}-tags"]), state[f"{key}-text"].strip()
