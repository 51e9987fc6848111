"""Uploaded photographs as a session has them: each verified and stored once, however often the page is drawn."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app.kit.plain_text import for_markdown
from app.shell import uploads
from esr_core.errors import PhotoError

MOST = 50  # photographs of one box
VERIFIED = "verified_uploads"  # of this session, by the browser's id of a file: id of the photograph, or why it is none


def names(files: Sequence[UploadedFile]) -> dict[str, str]:
    """Names of the usable photographs by their ids; what cannot be used, or is one too many, is said in a sentence."""
    if len(files) > MOST:
        st.warning(f"Of {len(files)} photographs the first {MOST} are taken.")
    known: dict[str, tuple[str | None, str]] = st.session_state.setdefault(VERIFIED, {})
    new = [file for file in files[:MOST] if file.file_id not in known]
    bar = st.progress(0.0, "Reading the photographs") if len(new) > 1 else None
    for position, file in enumerate(new, start=1):
        known[file.file_id] = _kept(file)
        if bar:
            bar.progress(position / len(new), f"Reading the photographs: {position} of {len(new)}")
    if bar:
        bar.empty()
    found: dict[str, str] = {}
    for file in files[:MOST]:
        face_id, problem = known[file.file_id]
        if face_id is None:
            st.error(for_markdown(problem))
        else:
            found[face_id] = file.name
    return found


def _kept(file: UploadedFile) -> tuple[str | None, str]:
    try:
        return uploads.keep(file.getvalue(), file.name), ""
    except PhotoError as error:
        return None, str(error)
