"""Faces besides uploaded and drawn ones: a snapshot, and those of a prepared set of real people, where there is one."""

import streamlit as st

from app import answers
from app.shell import kept_uploads, session

SNAPSHOT, REAL_FACE = "snapshot", "real_face"


def take() -> None:
    """A menu; the camera is asked for when it is opened, not before."""
    menu = st.popover("More faces", on_change="rerun", key="more_faces")
    if not menu.open:
        return
    with menu:
        if real := answers.real_faces():
            st.pills("Faces of a prepared set", list(real), key=REAL_FACE, format_func=real.__getitem__)
        st.camera_input("Snapshot", key=SNAPSHOT, on_change=_take_snapshot)


def _take_snapshot() -> None:
    """Keep a picture of the camera and look at it."""
    picture = st.session_state[SNAPSHOT]
    for face_id in kept_uploads.names([picture] if picture else []):
        session.set_face_id(face_id)
