"""What does sharing cost and change? The picked runs side by side, about one face."""

import streamlit as st

from app import answers
from app.compare import comparison, rows
from app.compare.column import Measured, column
from app.compare.comparison_report import report_of
from app.compare.first_look import ALWAYS, first_look
from app.report.save_report import save_report
from app.shell import session
from app.shell.compared import compared, have_the_same_test_part
from app.shell.demonstration import offer_demonstration
from app.shell.page_end import PageEnd
from app.shell.run_colours import run_colours

MOST_COLUMNS = 8

st.title("What does sharing cost and change?")
head = st.container(horizontal=True, vertical_alignment="center")
line = head.empty()
line.caption(ALWAYS)
if not answers.runs():
    offer_demonstration("Nothing is trained yet.")
    raise PageEnd
picked = session.picked_runs()
runs = [answers.run(run_id) for run_id in picked]
if not any(run.config for run in runs):
    st.info(f"Pick one to {MOST_COLUMNS} runs in the sidebar to see them side by side.")
    raise PageEnd
with head:
    whole = compared(runs, run_colours(picked))
shown = whole[:MOST_COLUMNS]
if len(whole) > MOST_COLUMNS:
    st.info(
        f"The first {MOST_COLUMNS} of {len(whole)} columns are shown; remove some runs in the sidebar to see others."
    )
columns = [column(each) for each in shown]
line.caption(first_look(columns, picked))
now = comparison.draw(columns, st.container())
if not have_the_same_test_part([each.about for each in columns if isinstance(each.accuracy, Measured)]):
    st.caption("These runs have different test pictures: compare their accuracy and disagreement with care.")
save_report("comparison", lambda: report_of(now.columns, now.choice, now.face_id))
rows.draw_times(now.places, now.columns, now.face_id)
