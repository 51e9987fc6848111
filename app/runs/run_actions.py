"""What can be done with the picked runs, and with those in the trash."""

from collections.abc import Sequence

import streamlit as st

from app import answers
from app.kit.plain_text import for_markdown
from app.shell import clicks, permissions, session, settings
from app.shell.delete_popover import delete_popover
from esr_core.records import SHIPPED, RunInfo


def draw_actions(runs: Sequence[RunInfo]) -> None:
    """Buttons for the picked runs and the trash, for those who may."""
    if permissions.refusal():
        return
    picked = [run for run in runs if run.run_id in session.picked_runs()]
    resumable = [run.run_id for run in picked if run.is_resumable]
    with st.container(horizontal=True):
        st.button(
            "Resume",
            on_click=clicks.resume_runs,
            args=(resumable,),
            disabled=not resumable,
            help="Picked runs that ended early wait for a slot again, and go on where they were",
        )
        st.button(
            "Again, but …",
            on_click=session.set_copied_run,
            args=(picked[0].run_id if picked else "",),
            disabled=len(picked) != 1 or picked[0].config is None,
            help="Copies the settings of the one picked run into the form in the sidebar, to be changed there",
        )
        delete_popover([run.run_id for run in picked])
        draw_trash()


def draw_trash() -> None:
    """What was deleted, to be brought back or removed for good; nothing where the trash is empty."""
    if permissions.refusal() or not (trashed := answers.trash()):
        return
    with st.popover(f"Trash ({len(trashed):,})"):
        names = list(dict.fromkeys(run.run_id for run in trashed))
        chosen = st.multiselect(
            "Runs in the trash", names, key="runs_restored", placeholder="Choose runs to bring back"
        )
        st.button("Restore", on_click=clicks.restore_runs, args=(chosen,), disabled=not chosen)
        st.caption(
            for_markdown(f"They take {answers.trash_bytes() / 1e6:,.1f} MB. Once emptied, nothing brings them back.")
        )
        if shipped := [f"{settings.runs_root() / name}" for name in names if name.startswith(SHIPPED)]:
            st.caption(for_markdown(f"But what came with the project: git checkout {' '.join(shipped)}"))
        st.button("Empty the trash for good", on_click=clicks.throw_away, args=(names,))
