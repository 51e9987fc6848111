"""What is shared, what does a block see? A network drawn, and its feature maps of one face."""

import streamlit as st

from app import answers
from app.network import drawn_network, feature_maps, network_choice
from app.shell import face_choice, session
from app.shell.page_end import PageEnd

st.title("What is shared, what does a block see?")
st.caption(
    "As in the paper's Figures 1 and 3, for any network, level and number of branches; new here: what a level saves, "
    "and what every block makes of a face."
)
picked = {run_id: answers.run(run_id) for run_id in session.picked_runs()}
choice = network_choice.choose({run_id: run for run_id, run in picked.items() if run.config})
drawn_network.draw(choice.network)
st.subheader("What does a block see?")
if choice.run is None:
    st.info("Pick runs in the sidebar to see what their blocks make of a face.")
    raise PageEnd
if choice.run.best is None:
    st.info("The chosen run has no network yet; its blocks can be looked at after its first validation point.")
    raise PageEnd
face_box, upload_box = st.columns([9, 2], vertical_alignment="bottom")
face = face_choice.opened(face_choice.choose_beside(face_box, upload_box))
crop = face_choice.choose_crop(face) if face else None
if crop is not None:
    feature_maps.draw(choice.run, crop, choice.network.layout.num_blocks)
