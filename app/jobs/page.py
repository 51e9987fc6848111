"""What runs, and what waits? The queue, and what a training says of itself."""

import streamlit as st

from app import answers
from app.jobs.job_actions import draw_actions
from app.jobs.job_choice import pick_jobs
from app.kit.convergence import draw_convergence
from app.kit.error_sentence import errors_as_sentences
from app.kit.plain_text import for_markdown
from app.kit.run_progress import run_progress
from app.shell import reader, session
from app.shell.page_end import PageEnd
from app.shell.run_colours import run_colours
from esr_core.charts.training_measures import MEASURES
from esr_core.records import OPEN_JOBS
from esr_core.timestamps import restamped

REFRESH_S = 2.0
LOG_LINES = 12  # all of them in sight: a box to scroll in would show the oldest first


def draw_run(run_id: str) -> None:
    """What one training says: how far it has come, its curves so far and the end of its log."""
    run = answers.run(run_id)
    st.subheader(for_markdown(run.title), width="content")
    st.button("Compare it", on_click=session.pick_run, args=(run_id,), key=f"pick-{run_id}")
    if run.status.state == "running":
        run_progress(run)
    histories = {run_id: answers.history(run_id)} if run.config else {}
    if not draw_convergence(histories, run_colours([run_id]), {run_id: run.label}, MEASURES["accuracy"]):
        st.caption("It has no validation point yet.")
    if lines := answers.store().log_tail(run_id, LOG_LINES):
        st.caption("The end of its log")
        st.code("\n".join(restamped(line, reader.zone()) for line in lines), language=None)


@errors_as_sentences()
def live_queue() -> None:
    """The table and what belongs to it, refreshed while something runs or waits."""
    session.catch_up()
    runs = {run.run_id: run for run in answers.runs()}
    jobs = answers.jobs()
    picked = pick_jobs(jobs, runs, answers.job_use(jobs))
    draw_actions(picked)
    for job in picked:
        if job.message:
            st.warning(for_markdown(f"{job.run_id}: {job.message}"))
    shown = [job.run_id for job in picked if job.run_id in runs]
    if shown:
        draw_run(shown[0])


st.title("What runs, and what waits?")
st.caption("Trainings go on when this page, or the app, is closed. Pick rows to stop, resume, order or delete them.")
jobs = answers.jobs()
if not jobs:
    st.info("Nothing was launched yet. Open Train in the sidebar, or train a demonstration run on page Runs.")
    raise PageEnd
is_active = any(job.state in OPEN_JOBS for job in jobs)
st.fragment(live_queue, run_every=REFRESH_S if is_active else None)()
