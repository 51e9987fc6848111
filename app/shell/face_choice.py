"""Which face a page is about: upload photographs or take a drawn one, then choose among the faces found."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import answers
from app.kit.option_box import option_box
from app.kit.plain_text import for_markdown
from app.shell import chosen_face, kept_uploads, more_faces, session
from app.shell.chosen_face import ChosenFace
from app.shell.controls import Controls, Values
from esr_core.data.builtin import NUM_SAMPLE_FACES
from esr_core.data.photographs import MAX_BYTES
from esr_core.errors import PhotoError

FIRST_FACE = "sample-0"  # as long as no other is chosen, where a page shows one at once
SMALLEST_PX = 32  # side of the smallest face that is taken without a word
SAMPLE, UPLOADED, KEPT = "sample_face", "uploaded_face", "kept_faces"
NUMBER, WHOLE = "face-of-", "whole-"  # and the id of the photograph
SAMPLES = tuple(map(str, range(NUM_SAMPLE_FACES)))


def choose(on_draw: Callable[[], None]) -> ChosenFace | None:
    """The line of controls above a face; None, with one sentence and one button, while nothing is chosen.

    Args:
        on_draw: what the button that draws a face does.
    """
    upload_box, drawn_box = st.columns([3, 4], vertical_alignment="bottom")
    face_id = _take_uploads(upload_box)
    with drawn_box.container(horizontal=True, vertical_alignment="bottom"):
        _take_drawn("Or take a drawn face")
        st.button("Draw one", on_click=on_draw)
        more_faces.take()
    CONTROLS.send(face_id)
    if not face_id:
        st.info("Upload a photograph with a face in it, or start with a drawn one.")
        st.button("Use a drawn face", on_click=session.set_face_id, args=("sample-0",), type="primary")
        return None
    return opened(face_id)


def choose_beside(face_box: DeltaGenerator, upload_box: DeltaGenerator) -> str:
    """The same controls in the room that others leave, and the id of the face: the first drawn one as long as none is.

    Args:
        face_box: for the drawn faces.
        upload_box: for a menu to upload photographs in.
    """
    face_id = _take_uploads(upload_box.popover("Upload", width="stretch"), FIRST_FACE)
    with face_box:
        _take_drawn("Drawn face, or your own")
        CONTROLS.send(face_id)
    return face_id


def choose_crop(face: ChosenFace) -> np.ndarray | None:
    """The face as the networks see it; None until a photograph without a face is taken whole."""
    key = f"{WHOLE}{face.face_id}"
    if face.box is None and not st.toggle("Use the whole picture", key=key, persist_state="session"):
        return None
    _warn_if_small(face)
    return answers.crop(face.face_id, face.box)


def _warn_if_small(face: ChosenFace) -> None:
    """Enlarged to what networks take, a face of few pixels is mostly made up between them."""
    height, width = face.photograph.shape[:2]
    if face.box is not None:
        height, width = face.box.height, face.box.width
    if min(height, width) < SMALLEST_PX:
        st.warning(f"This face has only {width}×{height} pixels: below {SMALLEST_PX}×{SMALLEST_PX}, maps mean little.")


def _take_drawn(label: str) -> None:
    """The gallery of drawn faces; ``CONTROLS.send`` ends the line that it stands in."""
    st.pills(label, range(1, NUM_SAMPLE_FACES + 1), key=SAMPLE, wrap=True)


def _take_uploads(box: DeltaGenerator, first_face: str = "") -> str:
    """Keep what was uploaded; show the newest first, and choose between several.

    Args:
        box: to draw in, before any other control of the face.
        first_face: what the page shows as long as no face is chosen.

    Returns:
        Id of the face that all controls show.
    """
    CONTROLS.take(session.face_id() or first_face, _take)
    files = box.file_uploader(  # whatever its ending: its content decides
        "Photographs", accept_multiple_files=True, max_upload_size=MAX_BYTES // 1_000_000, key="photographs"
    )
    kept = kept_uploads.names(files or [])
    newly = [face_id for face_id in kept if face_id not in st.session_state.get(KEPT, [])]
    st.session_state[KEPT] = list(kept)
    if newly:
        session.set_face_id(newly[0])
    face_id = session.face_id() or first_face
    CONTROLS.show(face_id)
    if len(kept) > 1:
        option_box(box, "Photograph", kept, UPLOADED)
    return face_id


def _values(face_id: str) -> Values:
    """What the controls show of a face."""
    kind, _, number = face_id.partition("-")
    return {
        SAMPLE: int(number) + 1 if kind == "sample" and number in SAMPLES else None,
        UPLOADED: face_id if face_id in st.session_state.get(KEPT, []) else None,
        more_faces.REAL_FACE: face_id if kind == "set" else None,
    }


def _take(chosen: Values) -> None:
    """Look at the face that was chosen; a second click on the same one leaves it chosen."""
    for key, value in chosen.items():
        if value is not None:
            session.set_face_id(f"sample-{value - 1}" if key == SAMPLE else value)


def opened(face_id: str) -> ChosenFace | None:
    """The photograph and the face in it, several being offered; None, with one sentence, where there is no such one."""
    with st.container():  # one element, whatever it says: what stands below is closed where it gets another place
        return _opened(face_id)


def _opened(face_id: str) -> ChosenFace | None:
    try:
        photograph = answers.photograph(face_id)
        boxes = answers.faces(face_id, chosen_face.detector_name())
    except PhotoError as error:
        st.error(for_markdown(str(error)))
        return None
    marked = chosen_face.marked_face(photograph)
    if marked is not None:
        return ChosenFace(face_id, photograph, [marked], 0, is_marked=True)
    index = 0 if boxes else None
    if len(boxes) > 1:
        index = st.segmented_control(
            "Face",
            range(len(boxes)),
            default=0,
            format_func=lambda i: f"face {i + 1}",
            key=f"{NUMBER}{face_id}",
            persist_state="session",
        )
    return ChosenFace(face_id, photograph, boxes, 0 if boxes and index is None else index)


CONTROLS = Controls("shown-face", _values)
