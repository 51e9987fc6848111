"""How good are they, and can one tell them apart? Scores, confusions, calibration; groups of runs and their tests."""

import streamlit as st

from app import answers
from app.evaluation import cross_set, group_choice, run_evaluation
from app.evaluation.affect_scores import affect_scores
from app.evaluation.groups import draw_groups
from app.evaluation.scores import draw_scores
from app.kit.figure import draw_figure
from app.kit.plain_text import for_markdown
from app.shell import session
from app.shell.run_colours import run_colours
from esr_core.charts.confusion import confusion_chart
from esr_core.charts.people import people_chart
from esr_core.charts.reliability import reliability_chart


def show_runs(found: dict[str, run_evaluation.Evaluation], part: str) -> None:
    """Everything about the picked runs on one part of their own or another set."""
    if not found:
        return
    colours = run_colours(session.picked_runs())
    runs = {run_id: answers.run(run_id) for run_id in found}  # an evaluation has a run as it was when it was measured
    names = {run_id: run.title for run_id, run in runs.items()}
    stacked = run_evaluation.stacked_tables
    scores, unseen = stacked(found, lambda one: one.scores), stacked(found, lambda one: one.unseen)
    draw_scores(scores, unseen, colours, names, f"scores-{part}")
    run_evaluation.notes(found)

    st.subheader("What do they take for what?")
    who, unit = run_evaluation.choose_confusion(found)
    boxes = st.columns(min(len(found), 2), gap="medium") * len(found)
    for (run_id, one), box in zip(found.items(), boxes, strict=False):
        chosen = who if who in one.confusions else next(reversed(one.confusions))
        with box:
            question = f"{runs[run_id].label}: {chosen}"
            draw_figure(confusion_chart(one.confusion_table(chosen), question, unit), f"{part}-{run_id}")
            st.caption(for_markdown(run_id))

    bins = stacked(found, lambda one: one.reliability.to_table())
    draw_figure(reliability_chart(bins, colours, names), f"reliability-{part}")
    affect = stacked(found, lambda one: one.affect)
    if not affect.empty:
        affect_scores(affect, names, f"affect-{part}")
    people = stacked(found, lambda one: one.attributes)
    if not people.empty:
        draw_figure(people_chart(people, colours, names), f"people-{part}")


st.title("How good are they, and can one tell them apart?")
st.caption(
    "As in the paper's Tables 1 to 5 and its Figures 6 and 7; new here: intervals, calibration, kinds of people, and "
    "tests that allow for folds that share pictures and for how many pairs are tested."
)
other = cross_set.choose_set()
choice = cross_set.choose_pictures(other) if other else None
if not other:
    part = st.segmented_control(
        "Part", ["test", "validation"], default="test", required=True, key="evaluation_part", persist_state="session"
    )
if not session.picked_runs():
    st.info("Pick runs in the sidebar to see how good each branch and the ensemble is.")
elif choice:
    show_runs(cross_set.evaluations(session.picked_runs(), choice), choice.name)
elif not other:
    show_runs(run_evaluation.evaluations(session.picked_runs(), part), part)
groups = None if other else group_choice.choose_groups(part)
if groups is not None:
    draw_groups(groups, part)
