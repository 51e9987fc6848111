"""Where does each branch look? A face, and every branch's map of it, run by run."""

import streamlit as st

from app import answers
from app.faces import face_drawing, face_marking, map_choice, map_rows, sections
from app.faces.photograph import face_as_seen
from app.shell import face_choice, session
from app.shell.run_colours import run_colours

st.title("Where does each branch look?")
st.caption(
    "Every branch's map of one face, and how it came about, as in the paper's Figure 5; here for your own pictures."
)
runs = [answers.run(run_id) for run_id in session.picked_runs()]
face = face_choice.choose(face_drawing.start)
if face is None:
    st.stop()
side, main = st.columns([1, 4], gap="medium")
with side:
    face_marking.draw(face)
    face_drawing.sliders(face.face_id)
    crop = face_choice.choose_crop(face)
    if crop is None:
        st.stop()
    is_grey = bool(runs) and all(run.config and run.config.network.layout.is_grey for run in runs)
    face_as_seen(crop, is_grey)
with main:
    if not runs:
        st.info("Pick runs in the sidebar to compare where their branches look.")
        st.stop()
    choices, save_box = map_choice.choose(runs)
    looking = map_rows.draw(runs, crop, choices, run_colours([run.run_id for run in runs]), save_box)
    if looking:
        sections.draw(looking, crop, choices)
