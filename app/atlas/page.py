"""Where do the branches look, over all faces? Mean maps, shares of regions, and how alike the branches' maps are."""

import streamlit as st

from app import answers
from app.atlas import atlas_choice, likeness, looking, mean_maps
from app.kit.figure import draw_figure
from app.shell import session
from app.shell.page_end import PageEnd
from app.shell.run_colours import run_colours
from esr_core.charts.region_shares import RunShares, region_share_chart

st.title("Where do the branches look, over all faces?")
st.caption(
    "From the paper's two example faces (Figure 5, right) to all faces of a test part; new here: intervals, and a test "
    "of whether an ensemble that shares layers looks as diversely as the traditional one."
)
picked = [answers.run(run_id) for run_id in session.picked_runs()]
runs = [run for run in picked if run.config and run.best]
if not runs:
    st.info("Pick runs in the sidebar to see where their branches look over all test faces.")
    raise PageEnd
choice = atlas_choice.choose([run.config.network for run in runs if run.config])
known = looking.known_atlases(runs, choice.question)
looking.offer(known, {run.run_id: run.title for run in runs})
shown = [run for run in runs if run.run_id in known and known[run.run_id].num_done]
if shown:
    colours = run_colours(session.picked_runs())
    if reference := likeness.choose_reference(shown):
        likeness.verdicts(shown, known, reference, choice.class_name)
    mean_maps.draw(shown, known, choice, colours)
    likeness.draw(shown, known, reference, choice.class_name)
    means = {run.run_id: answers.atlas_means(known[run.run_id], choice.class_name) for run in shown}
    shares = [RunShares(run.title, colours[run.run_id], means[run.run_id]) for run in shown]
    draw_figure(region_share_chart(shares, choice.about), "atlas-regions")
    if answers.atlas_precision(choice.question) == "bfloat16":
        st.caption(
            "Computed in bfloat16, which this processor has: twice as fast, and nearer to float32, in which page Faces "
            "explains, than a fifth of the intervals' width. A branch may name another of two classes that are nearly "
            "as likely."
        )
