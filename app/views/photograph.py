"""A photograph with the faces found in it, and the face as a network sees it."""

from collections.abc import Sequence

import cv2
import numpy as np
import streamlit as st

from esr_core.records import FaceBox

CHOSEN, OTHER = (230, 159, 0), (255, 255, 255)  # RGB
SHOWN_PX = 480  # longest side sent to the browser


def photograph_with_faces(photograph: np.ndarray, faces: Sequence[FaceBox], chosen: int | None) -> None:
    """Draw a photograph, uint8 RGB (H, W, 3), the chosen face's box in colour and the others in white."""
    shrink = min(1.0, SHOWN_PX / max(photograph.shape[:2]))
    shown = cv2.resize(photograph, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    for index, box in enumerate(faces):
        corners = np.rint(np.array([box.x, box.y, box.x + box.width, box.y + box.height]) * shrink).astype(int)
        left, top, right, bottom = corners.tolist()
        cv2.rectangle(shown, (left, top), (right, bottom), CHOSEN if index == chosen else OTHER, 3, cv2.LINE_AA)
    st.image(shown, width="stretch", caption=_count(len(faces)), alt=f"The photograph, {_count(len(faces))}")


def face_as_seen(crop: np.ndarray, is_grey: bool) -> None:
    """Draw the 96x96 crop, uint8 RGB; grey where only lab networks look at it."""
    seen = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY) if is_grey else crop
    st.image(seen, width=144, caption="96×96, as the network sees it", alt="The face cut out")


def _count(faces: int) -> str:
    return (
        "no face found" if faces == 0 else "1 face found" if faces == 1 else f"{faces} faces found, the biggest first"
    )
