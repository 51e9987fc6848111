"""What is chosen in widgets that several pages have stays chosen where another page is opened."""

import streamlit as st

from app.shell import session
from app.shell.class_choice import CLASS
from app.shell.face_choice import NUMBER, WHOLE
from app.shell.time_machine import MOMENT

PAGE = "page_shown"


def arrive(page: str) -> None:
    """Let the class, the moment of training and the face in a photograph be those of another page; once per script run.

    To Streamlit they are other widgets there, which a browser draws as nobody has used them, unless they are set.

    Args:
        page: path of the page that is opened.
    """
    state = st.session_state
    if state.get(PAGE) != page:
        for key in (CLASS, MOMENT, f"{NUMBER}{session.face_id()}", f"{WHOLE}{session.face_id()}"):
            if key in state:
                state[key] = state[key]
    state[PAGE] = page
