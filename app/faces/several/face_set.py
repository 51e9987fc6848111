"""Which faces are compared: all that are found in several photographs, or drawn ones."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from app import answers
from app.kit.plain_text import for_markdown
from app.shell import chosen_face, kept_uploads
from esr_core.data.builtin import NUM_SAMPLE_FACES
from esr_core.data.photographs import MAX_BYTES
from esr_core.errors import PhotoError

MOST_FACES = 24  # that are drawn
DRAWN = {f"sample-{number}": f"drawn face {number + 1}" for number in range(NUM_SAMPLE_FACES)}
SAMPLES = "several_samples"


@dataclass(frozen=True, slots=True, eq=False)
class NamedFace:
    """A face of one of several photographs."""

    name: str
    crop: np.ndarray  # as the networks see it, uint8 RGB (96, 96, 3)


def choose() -> list[NamedFace]:
    """The upload box, and the faces in what was uploaded; none, with one sentence and one button, without any."""
    files = st.file_uploader(
        "Several photographs", accept_multiple_files=True, max_upload_size=MAX_BYTES // 1_000_000, key="several"
    )
    names = kept_uploads.names(files or [])
    real = answers.real_faces()
    samples = {"Use drawn faces": DRAWN} | ({"Use faces of a prepared set": real} if real else {})
    chosen: str | None = st.session_state.get(SAMPLES)
    if not names and chosen not in samples:
        st.info("Upload photographs, each with one face or several, or begin with samples.")
        with st.container(horizontal=True):
            for label in samples:
                st.button(label, on_click=st.session_state.__setitem__, args=(SAMPLES, label))
        return []
    return _faces(names or samples[chosen or next(iter(samples))])


def _faces(names: Mapping[str, str]) -> list[NamedFace]:
    faces: list[NamedFace] = []
    empty: list[str] = []
    detector = chosen_face.detector_name()
    num_read = 0
    for face_id, name in names.items():
        if len(faces) >= MOST_FACES:
            break
        num_read += 1
        try:
            boxes = answers.faces(face_id, detector)
        except PhotoError as error:  # it is no longer kept
            st.error(for_markdown(str(error)))
            continue
        if face_id in DRAWN:
            boxes = boxes[:1]  # there is one in each, whatever else a detector takes for one
        if not boxes:
            empty.append(name)
        titles = [name] if len(boxes) == 1 else [f"{name}, face {number + 1}" for number in range(len(boxes))]
        faces += [NamedFace(title, answers.crop(face_id, box)) for title, box in zip(titles, boxes, strict=True)]
    if len(faces) > MOST_FACES or num_read < len(names):
        st.info(f"The first {MOST_FACES} faces are shown, of {num_read} of {len(names)} photographs.")
    if empty:
        st.warning(for_markdown(f"No face was found in {', '.join(empty)}."))
    return faces[:MOST_FACES]
