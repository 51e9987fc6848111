"""The face in a photograph that pages are about: found by a detector, or marked by hand."""

import re
from dataclasses import dataclass

import numpy as np
import streamlit as st

from app.kit.plain_text import for_markdown
from app.shell import session
from esr_core.data.detectors import RECOMMENDED_DETECTOR, usable_detector
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
