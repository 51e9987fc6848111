"""What has been trained, and how good is it? All runs, their states and their results."""

import streamlit as st

from app import answers
from app.kit.error_sentence import errors_as_sentences
from app.kit.plain_text import for_markdown
from app.kit.run_progress import run_progress
from app.runs.best_values import best_values
from app.runs.one_run import show_one
from app.runs.pick_in_table import pick_runs
from app.runs.run_actions import draw_actions, draw_trash
from app.runs.run_filter import choose_runs
from app.runs.run_views import draw_views
from app.shell import session
from app.shell.demonstration import offer_demonstration
from app.shell.page_end import PageEnd


@errors_as_sentences()
def live_runs() -> None:
    """What is running, the table and what belongs to it, refreshed while something runs."""
    session.catch_up()
    runs = answers.runs()
    for run in runs:
        if not run.is_over:
            run_progress(run)
    listed = choose_runs(runs)
    if not listed:
        st.info("No run matches; change the search or the filter.")
        return
    pick_runs(listed)
    for sentence in best_values(listed):
        st.caption(for_markdown(sentence))
    draw_actions(runs)
    draw_views(listed, runs)


st.title("What has been trained, and how good is it?")
st.caption(
    "Accuracy of the plurality vote, as in the paper's Table 1; here for every run you have, as it trains. "
    "Pick rows to compare their runs on the other pages."
)
if not answers.runs():
    offer_demonstration("Nothing is trained yet.")
    draw_trash()
    raise PageEnd
is_active = any(not run.is_over for run in answers.runs())
st.fragment(live_runs, run_every=2.0 if is_active else None)()
show_one(answers.runs())
if all(run.is_shipped for run in answers.runs()):
    offer_demonstration("These runs came with the project; train one of your own in the sidebar.")
