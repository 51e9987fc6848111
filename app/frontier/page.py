"""What does accuracy cost? Quality of runs against their parameters, their arithmetic or their time."""

import streamlit as st

from app import answers
from app.frontier.frontier_choice import choose
from app.frontier.points import points_table
from app.kit.figure import draw_figure
from app.kit.plain_text import for_markdown
from app.shell.compared import compared, have_the_same_test_part
from app.shell.demonstration import offer_demonstration
from app.shell.page_end import PageEnd
from app.shell.run_colours import run_colours
from esr_core.charts.frontier import frontier_chart

PAPER_NOTE = (
    "Open marks are the paper's accuracies as printed in its Tables 1 and 5, mean ± deviation: on CK+, and on FER+ "
    "after AffectNet. The data differ from those of your runs. What its networks cost is counted here."
)
CARD, OPENED = "card_of", "opened_on_frontier"


def open_run(run_id: str) -> None:
    """Go to a run's card on page Runs, once this click is over."""
    if run_id:
        st.session_state[CARD], st.session_state[OPENED] = run_id, True


if st.session_state.pop(OPENED, False):
    st.switch_page("app/runs/page.py", query_params={})  # without any Streamlit refuses: widgets are in the address
st.title("What does accuracy cost?")
st.caption("The paper's Tables 1 and 5 as a picture, with intervals; new here: arithmetic and measured time.")
if not answers.runs():
    offer_demonstration("Nothing is trained yet.")
    raise PageEnd
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    choice = choose()
    shown = compared(choice.runs, run_colours([run.run_id for run in choice.runs]))
if not shown and not choice.with_paper:
    st.info("Pick runs in the sidebar to see what each costs and is worth, or take all finished ones.")
    raise PageEnd
with st.spinner("Measuring"):
    table, reasons = points_table(shown, choice)
if table.empty:
    st.info("None of these runs can be drawn; pick a finished one.")
else:
    colours = {each.run.run_id: each.colour for each in shown}
    chart = frontier_chart(table, colours, choice.quality, choice.cost)
    draw_figure(chart, "frontier", on_pick=open_run)
    st.caption("A click on a point opens the run.")
if not have_the_same_test_part([each for each in shown if each.run.run_id in set(table["run"])]):
    reasons.append("These runs have different test pictures: compare them with care.")
if choice.with_paper:
    reasons.append(PAPER_NOTE)
if choice.num_left_out:
    reasons.append(f"The first {len(choice.runs)} runs are drawn; {choice.num_left_out:,} others are not.")
for sentence in dict.fromkeys(reasons):
    st.caption(for_markdown(sentence))
