"""How a face is found in a photograph, or marked in it by hand."""

import streamlit as st

from app.faces.photograph import face_count, photograph_with_faces
from app.kit.plain_text import for_markdown
from app.shell import session
from app.shell.chosen_face import ChosenFace
from app.shell.controls import Controls
from esr_core.data.detectors import DETECTORS, RECOMMENDED_DETECTOR
from esr_core.records import FaceBox

MENU = "face_detector"
CONTROLS = Controls("shown-detector", lambda name: {MENU: name})


def draw(face: ChosenFace) -> None:
    """The photograph, on which a box can be dragged, and below it how its face is found."""
    key = f"photograph-{face.face_id}-{session.face_mark()}"  # a new chart after each mark: the old box is let go
    photograph_with_faces(face.photograph, face.boxes, face.index, key, _mark)
    if face.is_marked:
        st.caption("Marked by hand and made square.")
        st.button("Remove the mark", on_click=session.set_face_mark, args=(None,))
        return
    with st.container():  # one element, whatever it says: what stands below is closed where it gets another place
        if face.boxes:
            st.caption(f"{face_count(len(face.boxes))}. Another one? Drag a box on it.")
        else:
            st.warning("No face was found in this photograph: drag a box on it, from the brows to the chin.")
            height, width = face.photograph.shape[:2]
            st.button("Take the middle square", on_click=_mark, args=(FaceBox(0, 0, width, height),))
    with st.expander("How faces are found"):
        choose_detector()


def _mark(box: FaceBox) -> None:
    session.set_face_mark(f"{box.x},{box.y},{box.width},{box.height}")


def choose_detector() -> None:
    """The menu of ways to find faces."""
    name = session.detector()
    detector = DETECTORS[name if name in DETECTORS else RECOMMENDED_DETECTOR]
    CONTROLS.show(detector.name)
    st.selectbox("Detector", list(DETECTORS), key=MENU)
    CONTROLS.send(detector.name)
    st.caption(for_markdown(f"{detector.name}: {detector.what}."))


def take_detector() -> None:
    """Find faces in the way that was chosen in the menu since; call it before any is looked for."""
    CONTROLS.take(session.detector() or RECOMMENDED_DETECTOR, lambda chosen: session.set_detector(chosen[MENU]))
