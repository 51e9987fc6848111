"""What can be done with picked jobs, and with the queue as a whole."""

from collections.abc import Sequence

import streamlit as st

from app import answers
from app.shell import clicks, permissions
from app.shell.delete_popover import delete_popover
from esr_core.records import OPEN_JOBS, JobInfo

RESUMABLE = ("cancelled", "failed", "interrupted")


def draw_actions(jobs: Sequence[JobInfo]) -> None:
    """Buttons for picked jobs and for the queue, for those who may; each means the jobs that it was drawn for."""
    if permissions.refusal():
        return
    picked = list(dict.fromkeys(job.run_id for job in jobs))
    with st.container(horizontal=True):
        for label, click, states in (
            ("Stop", clicks.stop_runs, OPEN_JOBS),
            ("Resume", clicks.resume_runs, RESUMABLE),
        ):
            able = list(dict.fromkeys(job.run_id for job in jobs if job.state in states))
            st.button(label, on_click=click, args=(able,), disabled=not able)
        _draw_order(picked, is_waiting=any(job.state == "queued" for job in jobs))
        delete_popover(picked)
        if answers.pause_reason() is None:
            st.button("Pause the queue", on_click=clicks.pause)
        else:
            st.button("Go on with the queue", on_click=clicks.go_on)


def _draw_order(picked: Sequence[str], is_waiting: bool) -> None:
    """When picked jobs start, if one of them waits at all."""
    for label, by, told in (
        ("Higher", 1, "One priority higher: waiting jobs start before all of lower priority"),
        ("Lower", -1, "One priority lower: waiting jobs start after all of higher priority"),
    ):
        st.button(label, on_click=clicks.change_priority, args=(picked, by), disabled=not is_waiting, help=told)
    told = "Waiting jobs start before the others of their priority"
    st.button("Start first", on_click=clicks.start_first, args=(picked,), disabled=not is_waiting, help=told)
