"""Where does each branch look? A face of a photograph or of a video, and every branch's map of it, run by run."""

import streamlit as st

from app import answers
from app.faces import face_drawing, face_marking, map_choice, map_rows, sections
from app.faces.photograph import face_as_seen
from app.faces.several import face_rows, face_set
from app.faces.video import looking
from app.shell import face_choice, session
from app.shell.page_end import PageEnd
from app.shell.run_colours import run_colours

SUBJECTS = ("Photograph", "Several faces", "Video")  # as the address has them

st.title("Where does each branch look?")
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.caption(
        "Every branch's map of one face, as in the paper's Figure 5; here of your own pictures.", width="content"
    )
    subject = st.segmented_control(
        "Look at",
        SUBJECTS,
        default=SUBJECTS[0],
        required=True,
        key="look",
        bind="query-params",
        label_visibility="collapsed",
        width="content",
    )
face_marking.take_detector()
runs = [answers.run(run_id) for run_id in session.picked_runs()]
is_grey = bool(runs) and all(run.config and run.config.network.layout.is_grey for run in runs)
if subject == "Several faces":
    if faces := face_set.choose():
        face_rows.draw(runs, faces)
    raise PageEnd
elif subject == "Video":
    crop, controls, main = looking.look(runs, is_grey), st.container(), st.container()
else:
    face_drawing.take()
    face = face_choice.choose(face_drawing.start)
    if face is None:
        raise PageEnd
    controls = st.container()
    side, main = st.columns([1.25, 4], gap="medium")
    with side:
        face_marking.draw(face)
        face_drawing.sliders(face.face_id)
        crop = face_choice.choose_crop(face)
        if crop is not None:
            face_as_seen(crop, is_grey)
if crop is None:
    raise PageEnd
if not runs:
    main.info("Pick runs in the sidebar to compare where their branches look.")
    raise PageEnd
with controls:
    choices, save_box = map_choice.choose(runs)
with main:
    shown = map_rows.draw(runs, crop, choices, run_colours([run.run_id for run in runs]), save_box)
    if shown:
        sections.draw(shown, crop, choices)
