"""How differently do the branches decide? Every measure of diversity, run beside run, down to single faces."""

from collections.abc import Sequence

import streamlit as st

from app import answers
from app.diversity import differing_faces, ensembles
from app.diversity.annotators import draw_annotators
from app.diversity.diversity_table import diversity_table
from app.kit.convergence import draw_convergence
from app.kit.figure import draw_figure
from app.kit.option_box import option_box
from app.kit.plain_text import for_markdown
from app.shell import session
from app.shell.page_end import PageEnd
from app.shell.run_colours import run_colours
from esr_core.charts.class_diversity import class_diversity_chart
from esr_core.charts.kappa_error import kappa_error_chart
from esr_core.charts.pairs import pair_chart
from esr_core.charts.training_measures import DIVERSITY
from esr_core.metrics.diversity.measures import PAIRWISE
from esr_core.records import RunInfo


def draw_training(runs: Sequence[RunInfo], names: dict[str, str]) -> None:
    """Curves of all picked runs, also of those that still train."""
    over = st.selectbox("Over training", list(DIVERSITY), key="diversity_over", persist_state="session", width=360)
    histories = {run.run_id: answers.history(run.run_id) for run in runs if run.config}
    if not draw_convergence(histories, run_colours(list(names)), names, DIVERSITY[over]):
        st.info(DIVERSITY[over].absent)


st.title("How differently do the branches decide?")
st.caption("The paper reads diversity from saliency maps, Figure 5; here it is measured, down to single faces.")
if not (picked := session.picked_runs()):
    st.info("Pick runs of several branches in the sidebar to compare how differently they decide.")
    raise PageEnd
runs = [answers.run(run_id) for run_id in picked]
names = {run.run_id: run.title for run in runs}
measure_box, part_box, class_box = st.columns([4, 2, 3])
measure = PAIRWISE[measure_box.selectbox("Measure", list(PAIRWISE), key="diversity_measure", persist_state="session")]
part = part_box.selectbox("Part", ["test", "validation"], key="diversity_part", persist_state="session")
found, left_out = ensembles.ensembles(picked, part)
able, unable = ensembles.measurable(found, measure)
for sentence in left_out + unable:
    st.warning(for_markdown(sentence))
if not found:
    st.info("None of the picked runs is a finished ensemble with pictures in this part; pick another one.")
    draw_training(runs, names)
    raise PageEnd
titles = {None: "all classes"} | {name: name for name in ensembles.class_names(found)}
class_name = option_box(class_box, "Pictures of", titles, "diversity_class")
if not ensembles.decide_on_the_same(found):
    st.caption(f"These runs have different {part} pictures: compare their numbers with care.")
if able:
    chart = pair_chart(ensembles.matrices(able, measure, class_name), names, measure)
    draw_figure(chart, f"diversity-{measure.name}".replace(" ", "-").lower(), on_pick=differing_faces.pick)
st.subheader("On which faces do two branches differ?")
st.caption("Click a cell above, or choose here. Grad-CAM of what each branch names; those they are surest of first.")
pair = differing_faces.choose_pair(found, names)
differing_faces.show(found[pair.run_id], pair, found[pair.run_id].of_class(class_name))
diversity_table(ensembles.number_table(found, names))
if able:
    by_class = ensembles.by_class(able, measure)
    draw_figure(class_diversity_chart(by_class, run_colours(picked), names, measure.name), "diversity-by-class")
draw_figure(kappa_error_chart(ensembles.kappa_and_error(found), run_colours(picked), names), "diversity-kappa-error")
draw_training(runs, names)
beside, unknown = ensembles.beside_annotators(found)
draw_annotators(beside, run_colours(picked), names, unknown)
