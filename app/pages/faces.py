"""Where does each branch look? A face, and every branch's map of it, run by run."""

import numpy as np
import streamlit as st

from app import cached, face_choice, face_drawing, face_sections, session
from app.saliency import MapChoices, probability_csv, sheet_png, sheet_rows, tiles
from app.views.palette import run_colours
from app.views.photograph import face_as_seen, photograph_with_faces
from app.views.plain_text import for_markdown
from app.views.saliency_rows import saliency_row, save_menu
from esr_core.errors import EsrError
from esr_core.records import RunInfo


def choose_maps(runs: list[RunInfo]) -> tuple[MapChoices, st.delta_generator.DeltaGenerator]:
    """What to show of the maps, in one line of controls, and where in it the menu belongs that saves them."""
    names = list(dict.fromkeys(name for run in runs if run.config for name in run.config.network.class_names))
    class_box, colour_box, opacity_box, scale_box, save_box = st.columns([5, 4, 4, 4, 2], vertical_alignment="bottom")
    own = "each branch's own"
    chosen = class_box.selectbox("Class", [own, *names], key="faces_class")
    colour_map = colour_box.selectbox("Colours", ["cividis", "viridis", "jet"], key="faces_colours")
    opacity = opacity_box.slider("Opacity", 0.0, 1.0, 0.5, 0.05, key="faces_opacity")
    shared = scale_box.toggle("One scale", key="faces_scale", help="The same colour range for all branches of a run")
    return MapChoices(None if chosen == own else chosen, colour_map, opacity, shared), save_box


def draw_run(run: RunInfo, colour: str, crop: np.ndarray, choices: MapChoices) -> bool:
    """One row; False, with one sentence, where the run cannot look at the face."""
    if run.config is None or run.parameters is None or run.best is None:
        st.warning(f"{run.run_id} has no trained network to look with: it is {run.status.state}.")
        return False
    try:
        branches, ensemble = tiles(run.run_id, crop, choices)
    except EsrError as error:
        st.error(for_markdown(str(error)))
        return False
    saliency_row(run, colour, branches, ensemble, choices.class_name)
    return True


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
    choices, save_box = choose_maps(runs)
    colours = run_colours([run.run_id for run in runs])
    looking = [run for run in runs if draw_run(run, colours[run.run_id], crop, choices)]
    if rows := sheet_rows({run.run_id: run.label for run in looking}, crop, choices):
        with save_box:
            save_menu(lambda: sheet_png(rows, choices), lambda: probability_csv(rows))
    if looking:
        face_sections.draw(looking, crop, choices)
