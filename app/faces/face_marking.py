"""How a face is found in a photograph, or marked in it by hand."""

import re
from dataclasses import dataclass

import numpy as np
import streamlit as st

from app.faces.photograph import face_count, photograph_with_faces
from app.kit.plain_text import for_markdown
from app.shell import session
from esr_core.data.detectors import DETECTORS, RECOMMENDED_DETECTOR, usable_detector
from esr_core.data.faces import square_inside
from esr_core.errors import ConfigError
from esr_core.records import FaceBox

MARK = re.compile(r"(\d{1,5}),(\d{1,5}),(\d{1,5}),(\d{1,5})", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class ChosenFace:
    """A photograph and the face in it that the user chose or marked by hand."""

    face_id: str
    photograph: np.ndarray  # uint8 RGB (H, W, 3)
    boxes: list[FaceBox]  # found by the detector; where a face was marked, that one alone
    index: int | None  # None where no face was found
    is_marked: bool = False

    @property
    def box(self) -> FaceBox | None:
        """The face."""
        return None if self.index is None else self.boxes[self.index]


def detector_name() -> str:
    """The way to find faces that was chosen; the recommended one, with a sentence, where that cannot be used."""
    try:
        return usable_detector(session.detector() or RECOMMENDED_DETECTOR).name
    except ConfigError as error:
        st.error(for_markdown(str(error)))
        return RECOMMENDED_DETECTOR


def marked_face(photograph: np.ndarray) -> FaceBox | None:
    """The face that was marked, a square inside the photograph, uint8 RGB (H, W, 3).

    None, with a sentence, where the address has a mark that is none.
    """
    mark = session.face_mark()
    if mark is None:
        return None
    height, width = photograph.shape[:2]
    numbers = MARK.fullmatch(mark)
    box = FaceBox(*map(int, numbers.groups())) if numbers else FaceBox(width, height, 0, 0)
    if min(box.width, box.height) == 0 or box.x >= width or box.y >= height:
        expected = f"x,y,width,height inside {width} x {height} pixels"
        st.error(for_markdown(f"mark must be {expected}, got {mark!r}; the face found is shown instead"))
        return None
    return square_inside(box, width, height)


def draw(face: ChosenFace) -> None:
    """The photograph, on which a box can be dragged, and below it how its face is found."""
    key = f"photograph-{face.face_id}-{session.face_mark()}"  # a new chart after each mark: the old box is let go
    photograph_with_faces(face.photograph, face.boxes, face.index, key, _mark)
    if face.is_marked:
        st.caption("Marked by hand and made square.")
        st.button("Remove the mark", on_click=session.set_face_mark, args=(None,))
        return
    if face.boxes:
        st.caption(f"{face_count(len(face.boxes))}. Another one? Drag a box on it.")
    else:
        st.warning("No face was found in this photograph: drag a box on it, from the brows to the chin.")
        height, width = face.photograph.shape[:2]
        st.button("Take the middle square", on_click=_mark, args=(FaceBox(0, 0, width, height),))
    with st.expander("How faces are found"):
        _choose_detector()


def _mark(box: FaceBox) -> None:
    session.set_face_mark(f"{box.x},{box.y},{box.width},{box.height}")


def _choose_detector() -> None:
    names = list(DETECTORS)
    chosen = session.detector()
    st.session_state["face_detector"] = chosen if chosen in names else RECOMMENDED_DETECTOR
    st.selectbox("Detector", names, key="face_detector", on_change=_take_detector)
    detector = DETECTORS[st.session_state["face_detector"]]
    st.caption(for_markdown(f"{detector.name}: {detector.what}."))


def _take_detector() -> None:
    session.set_detector(st.session_state["face_detector"])
