"""Which part of a face each pixel of its crop shows."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from app.answers.photographs import drawn_face, faces
from esr_core.data.builtin import drawn_parts
from esr_core.data.detectors import DETECTORS
from esr_core.data.face_parts import template_parts
from esr_core.data.faces import crop_face


@dataclass(frozen=True, slots=True, eq=False)
class FaceParts:
    """Parts of one crop."""

    parts: np.ndarray  # positions in FACE_PARTS (96, 96)
    exact: bool  # what was drawn; else the template for photographs


@st.cache_data(max_entries=256, show_spinner=False)
def face_parts(face_id: str | None, picture: np.ndarray) -> FaceParts:
    """Parts of a crop, uint8 RGB (96, 96, 3), of a photograph: exact if the photograph was drawn here."""
    drawn = drawn_face(face_id) if face_id else None
    if face_id is None or drawn is None:
        return FaceParts(template_parts(), exact=False)
    usable = [name for name, detector in DETECTORS.items() if detector.is_installed]
    for box in (box for name in usable for box in faces(face_id, name)):
        if np.array_equal(crop_face(drawn.photograph, box), picture):
            return FaceParts(drawn_parts(drawn, box), exact=True)
    return FaceParts(template_parts(), exact=False)
