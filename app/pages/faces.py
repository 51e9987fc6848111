"""Where does each branch look? A face, and every branch's map of it, run by run."""

import streamlit as st

from app import cached, face_choice, face_drawing, session
from app.saliency import MapChoices, tiles
from app.views.palette import run_colours
from app.views.photograph import face_as_seen, photograph_with_faces
from app.views.saliency_rows import saliency_row
from esr_core.config import MAX_BRANCHING_LEVEL
from esr_core.records import RunInfo


def choose_maps(runs: list[RunInfo]) -> MapChoices:
    """What to show of the maps, in one line of controls."""
    names = list(dict.fromkeys(name for run in runs if run.config for name in run.config.network.class_names))
    class_box, colour_box, opacity_box, scale_box = st.columns([3, 2, 3, 2], vertical_alignment="bottom")
    own = "each branch's own"
    chosen = class_box.selectbox("Class", [own, *names], key="faces_class")
    colour_map = colour_box.selectbox("Colours", ["cividis", "viridis", "jet"], key="faces_colours")
    opacity = opacity_box.slider("Opacity", 0.0, 1.0, 0.5, 0.05, key="faces_opacity")
    shared = scale_box.toggle("One scale", key="faces_scale", help="The same colour range for all branches of a run")
    return MapChoices(None if chosen == own else chosen, colour_map, opacity, shared)


def draw_runs(runs: list[RunInfo], crop, choices: MapChoices) -> None:  # noqa: ANN001 - uint8 (96, 96, 3)
    """A row for each run."""
    colours = run_colours([run.run_id for run in runs])
    for run in runs:
        if run.config is None or run.parameters is None or run.best is None:
            st.warning(f"{run.run_id} has no trained network to look with: it is {run.status.state}.")
            continue
        network = run.config.network
        branches, ensemble = tiles(run.run_id, crop, choices)
        detail = f"{run.parameters.total:,} parameters"
        if len(branches) < network.num_branches:
            detail = f"{len(branches)} of {network.num_branches} branches so far"
        if choices.class_name and choices.class_name not in network.class_names:
            detail += f" · does not know {choices.class_name}: each branch's own class"
        saliency_row(run.label, f"{detail} · {run.run_id}", colours[run.run_id], branches, ensemble)
        if network.branching_level == MAX_BRANCHING_LEVEL[network.architecture] and network.num_branches > 1:
            st.caption(
                "The last convolution is shared at this level, so these maps differ only through linear weights."
            )


st.title("Where does each branch look?")
st.caption("Grad-CAM of every branch for one face, as in the paper's Figure 5; here for your own pictures.")
runs = [cached.run(run_id) for run_id in session.picked_runs()]
face = face_choice.choose()
if face is None:
    st.stop()
side, main = st.columns([1, 4], gap="medium")
with side:
    photograph_with_faces(face.photograph, face.boxes, face.index)
    face_drawing.sliders(face.face_id)
    crop = face_choice.choose_crop(face)
    if crop is None:
        st.stop()
    is_grey = bool(runs) and all(run.config and run.config.network.architecture == "lab" for run in runs)
    face_as_seen(crop, is_grey)
with main:
    if not runs:
        st.info("Pick runs in the sidebar to compare where their branches look.")
        st.stop()
    draw_runs(runs, crop, choose_maps(runs))
