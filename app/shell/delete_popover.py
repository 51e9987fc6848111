"""The button that deletes picked runs, and what it says before it does."""

from collections.abc import Sequence

import streamlit as st

from app import answers
from app.kit.plain_text import for_markdown
from app.shell import clicks

MOST_NAMED = 10


def delete_popover(run_ids: Sequence[str]) -> None:
    """Draw it; for those who may delete."""
    with st.popover("Delete", disabled=not run_ids):
        count = f"{len(run_ids)} runs go" if len(run_ids) > 1 else "1 run goes"
        st.write(f"{count} into the trash, with weights and results, until page Runs empties it.")
        more = f" and {len(run_ids) - MOST_NAMED:,} more" if len(run_ids) > MOST_NAMED else ""
        st.caption(for_markdown(f"{', '.join(run_ids[:MOST_NAMED])}{more}"))
        if warning := answers.deletion_warning(run_ids):
            st.warning(for_markdown(f"{warning}."))
        st.button("Move to the trash", on_click=clicks.delete_runs, args=(list(run_ids),), type="primary")
