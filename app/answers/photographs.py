"""Photographs, uploaded, drawn or of a prepared set, and the faces in them."""

import re
import threading
from collections.abc import Callable

import numpy as np
import streamlit as st

from app.answers.prepared_sets import prepared, prepared_set
from app.shell import uploads
from esr_core.data.builtin import NUM_SAMPLE_FACES, DrawnFace, FaceChoices, draw_chosen, sample_portrait
from esr_core.data.detectors import RECOMMENDED_DETECTOR, usable_detector
from esr_core.data.faces import crop_face
from esr_core.data.photographs import read_photograph
from esr_core.errors import ConfigError, DataError, PhotoError
from esr_core.records import FaceBox

REAL = re.compile(r"set-(.+)-(\d{1,9})", re.ASCII)  # a prepared set and a row of it
DRAWN_SET = "builtin"
KEPT_BYTES = 80_000_000  # of decoded photographs: two that a telephone takes have 72 MB


class DecodedPhotographs:
    """The photographs that were looked at last, as many as fit, and the very last one whatever its size.

    Args:
        limit_bytes: of all together.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._pictures: dict[str, np.ndarray] = {}  # the last one was looked at last

    def get(self, face_id: str, read: Callable[[], np.ndarray]) -> np.ndarray:
        """The photograph of this id, which nobody writes to: shared, not copied."""
        with self._lock:
            picture = self._pictures.pop(face_id, None)
            if picture is not None:
                self._pictures[face_id] = picture
                return picture
        picture = read().view()
        picture.flags.writeable = False
        with self._lock:
            self._pictures[face_id] = picture
            while len(self._pictures) > 1 and sum(each.nbytes for each in self._pictures.values()) > self._limit_bytes:
                del self._pictures[next(iter(self._pictures))]
        return picture


def photograph(face_id: str) -> np.ndarray:
    """An uploaded, drawn or prepared photograph, uint8 RGB (H, W, 3), not to be written to.

    Raises:
        PhotoError: if there is none of this id, or no more.
    """
    real = REAL.fullmatch(face_id)
    if real is not None:
        return _picture_of_set(real[1], int(real[2]))
    return _decoded().get(face_id, lambda: _photograph(face_id))


def real_faces() -> dict[str, str]:
    """A face of each class from a prepared set of real people, by its id; none where there is no such set."""
    name = next((name for name, card in prepared().items() if card.name != DRAWN_SET), None)
    if name is None:
        return {}
    opened = prepared_set(name)
    labels = opened.labels.reset_index(drop=True)
    labelled = labels[labels["emotion"].notna()]
    tested = labelled[labelled["split"] == "test"]
    rows = (labelled if tested.empty else tested).drop_duplicates("emotion").sort_values("emotion")
    classes = [opened.card.class_names[int(label)] for label in rows["emotion"]]
    return {f"set-{name}-{row}": class_name for row, class_name in zip(rows.index, classes, strict=True)}


def _picture_of_set(name: str, row: int) -> np.ndarray:
    try:
        images = prepared_set(name).images
    except DataError as error:
        raise PhotoError(str(error)) from None
    if row >= len(images):
        raise PhotoError(f"the prepared set {name} has pictures 0-{len(images) - 1}, got {row}")
    return np.array(images[row])


@st.cache_resource(show_spinner=False)
def _decoded() -> DecodedPhotographs:
    return DecodedPhotographs(KEPT_BYTES)


def _photograph(face_id: str) -> np.ndarray:
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


def faces(face_id: str, detector: str = RECOMMENDED_DETECTOR) -> list[FaceBox]:
    """Faces found in a photograph, the biggest first; of one drawn by choice it is known where the face is.

    The picture of a prepared set is a face.

    Raises:
        ConfigError: if the detector is not known or not installed.
    """
    if REAL.fullmatch(face_id):
        height, width = photograph(face_id).shape[:2]
        return [FaceBox(0, 0, width, height)]
    return _faces(face_id, detector)


@st.cache_data(max_entries=256, show_spinner=False)
def _faces(face_id: str, detector: str) -> list[FaceBox]:
    found = usable_detector(detector).detect(photograph(face_id))
    drawn = drawn_face(face_id) if not found and face_id.startswith("drawn-") else None
    return [drawn.box] if drawn else found


def crop(face_id: str, box: FaceBox | None) -> np.ndarray:
    """A face cut out, uint8 RGB (96, 96, 3); None takes the whole photograph."""
    return crop_face(photograph(face_id), box) if REAL.fullmatch(face_id) else _crop(face_id, box)


@st.cache_data(max_entries=256, show_spinner=False)
def _crop(face_id: str, box: FaceBox | None) -> np.ndarray:
    return crop_face(photograph(face_id), box)
