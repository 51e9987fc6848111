"""Which jobs are picked: by themselves, not by the rows they stand in, for the table's order changes under the user."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.jobs.job_table import job_table
from esr_core.records import JobInfo, JobUse, RunInfo

ORDER, TURN, FIRST, PICKED = "jobs_order", "jobs_turn", "jobs_first_rows", "jobs_picked"


def pick_jobs(jobs: Sequence[JobInfo], runs: Mapping[str, RunInfo], use: Mapping[int, JobUse]) -> list[JobInfo]:
    """Draw the table, and return the jobs that are picked.

    Streamlit keeps the numbers of picked rows: when a job ends or moves, another one stands in its row, and *Delete*
    would mean that one. So a table in another order is another table, which begins with the rows of the jobs that were
    picked.
    """
    state = st.session_state
    order = [job.job_id for job in jobs]
    if order != state.get(ORDER):
        state[ORDER], state[TURN] = order, state.get(TURN, 0) + 1
        state[FIRST] = [order.index(job_id) for job_id in state.get(PICKED, []) if job_id in order]
    rows = job_table(jobs, runs, use, key=f"jobs-{state[TURN]}", picked=state[FIRST])
    state[PICKED] = [order[row] for row in rows]
    return [jobs[row] for row in rows]
