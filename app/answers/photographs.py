"""Photographs, uploaded or drawn, and the faces in them."""

import numpy as np
import streamlit as st

from app.shell import uploads
from esr_core.data.builtin import NUM_SAMPLE_FACES, DrawnFace, FaceChoices, draw_chosen, sample_portrait
from esr_core.data.detectors import RECOMMENDED_DETECTOR, usable_detector
from esr_core.data.faces import crop_face
from esr_core.data.photographs import read_photograph
from esr_core.errors import ConfigError, PhotoError
from esr_core.records import FaceBox


@st.cache_data(max_entries=64, show_spinner=False)
def photograph(face_id: str) -> np.ndarray:
    """An uploaded or drawn photograph, uint8 RGB (H, W, 3)."""
    drawn = drawn_face(face_id)
    return read_photograph(uploads.content(face_id), "the upload") if drawn is None else drawn.photograph


def drawn_face(face_id: str) -> DrawnFace | None:
    """The face of the gallery, or drawn by choice, of that name; None for photographs.

    Raises:
        PhotoError: if there is no such drawn face.
    """
    kind, _, name = face_id.partition("-")
    if kind == "sample":
        if name not in map(str, range(NUM_SAMPLE_FACES)):
            raise PhotoError(f"there is no drawn face {name!r}: they are numbered 0-{NUM_SAMPLE_FACES - 1}")
        return sample_portrait(int(name))
    try:
        return draw_chosen(FaceChoices.from_text(name)) if kind == "drawn" else None
    except ConfigError as error:
        raise PhotoError(str(error)) from None


@st.cache_data(max_entries=256, show_spinner=False)
def faces(face_id: str, detector: str = RECOMMENDED_DETECTOR) -> list[FaceBox]:
    """Faces found in a photograph, the biggest first; of one drawn by choice it is known where the face is.

    Raises:
        ConfigError: if the detector is not known or not installed.
    """
    found = usable_detector(detector).detect(photograph(face_id))
    drawn = drawn_face(face_id) if not found and face_id.startswith("drawn-") else None
    return [drawn.box] if drawn else found


@st.cache_data(max_entries=256, show_spinner=False)
def crop(face_id: str, box: FaceBox | None) -> np.ndarray:
    """A face cut out, uint8 RGB (96, 96, 3); None takes the whole photograph."""
    return crop_face(photograph(face_id), box)
