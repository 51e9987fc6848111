"""What does sharing cost and change? The picked runs side by side, about one face."""

import streamlit as st

from app import answers
from app.compare import comparison_choice, rows
from app.compare.column import column, have_the_same_test_part
from app.compare.comparison_report import report_of
from app.kit.plain_text import for_markdown
from app.report.save_report import save_report
from app.shell import session
from app.shell.demonstration import offer_demonstration
from app.shell.run_colours import run_colours

MOST_COLUMNS = 8

st.title("What does sharing cost and change?")
st.caption(
    "Look at what sharing saves in parameters and loses in accuracy; then whether the branches still disagree, and "
    "look at different parts of the face."
)
if not answers.runs():
    offer_demonstration("Nothing is trained yet.")
    st.stop()
picked = session.picked_runs()
runs = [answers.run(run_id) for run_id in picked[:MOST_COLUMNS]]
networks = {run.run_id: run.config.network for run in runs if run.config}
if not networks:
    st.info(f"Pick one to {MOST_COLUMNS} runs in the sidebar to see them side by side.")
    st.stop()
if len(picked) > MOST_COLUMNS:
    st.info(
        f"The first {MOST_COLUMNS} of {len(picked)} picked runs are shown; remove some in the sidebar to see others."
    )
choice = comparison_choice.choose(runs, list(networks.values()))
colours = run_colours(picked)
columns = [column(run, networks[run.run_id], colours[run.run_id], choice) for run in runs if run.run_id in networks]
face_id = session.face_id() or comparison_choice.FIRST_FACE
rows.draw(columns, face_id)
for sentence in dict.fromkeys(sentence for each in columns for sentence in each.reasons):
    st.caption(for_markdown(sentence))
if not have_the_same_test_part(columns):
    st.caption("These runs have different test pictures: compare their accuracy and disagreement with care.")
save_report("comparison", lambda: report_of(columns, choice, face_id))
