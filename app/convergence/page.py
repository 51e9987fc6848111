"""How fast does each branch learn? Curves of validation and training, phase by phase, and probe faces' maps."""

import streamlit as st

from app import answers
from app.convergence.probe_strips import draw_strips
from app.kit.convergence import draw_convergence
from app.shell import session
from app.shell.page_end import PageEnd
from app.shell.run_colours import run_colours
from esr_core.charts.training_measures import MEASURES

st.title("How fast does each branch learn?")
st.caption("As in the paper's Figure 5, left: a panel for each branch being trained; older branches are thin lines.")
picked = session.picked_runs()
if not picked:
    st.info("Pick runs in the sidebar to compare their convergence.")
    raise PageEnd
runs = {run_id: answers.run(run_id) for run_id in picked}
histories = {run_id: answers.history(run_id) for run_id, run in runs.items() if run.config}
chosen = st.segmented_control(
    "Compare by", list(MEASURES), default="accuracy", key="convergence_measure", persist_state="session"
)
measure = MEASURES[chosen or "accuracy"]
names, colours = {run_id: run.title for run_id, run in runs.items()}, run_colours(picked)
if not draw_convergence(histories, colours, names, measure):
    st.info(measure.absent)
if learning := [run for run_id, run in runs.items() if histories.get(run_id)]:
    draw_strips(learning, histories, colours)
