"""A photograph with the faces found in it, and the face as a network sees it."""

from collections.abc import Callable, Sequence
from functools import partial

import cv2
import numpy as np
import streamlit as st

from app.faces.markable_picture import markable_picture
from esr_core.architectures import PICTURE_SIZE_PX
from esr_core.charts.palette import ORANGE, WHITE, rgb
from esr_core.records import FaceBox

SEEN = f"{PICTURE_SIZE_PX}×{PICTURE_SIZE_PX}, as the network sees it"
CHOSEN, OTHER = rgb(ORANGE), rgb(WHITE)
SHOWN_PX = 480  # longest side sent to the browser
COLUMN_PX, TALLEST_PX = 190, 320  # the column's width as a rule, and the height a tall photograph is held to


def photograph_with_faces(
    photograph: np.ndarray,
    faces: Sequence[FaceBox],
    chosen: int | None,
    key: str,
    on_mark: Callable[[FaceBox], None],
) -> None:
    """Draw a photograph, uint8 RGB (H, W, 3), the chosen face's box in colour and the others in white.

    Args:
        photograph: to draw.
        faces: their boxes.
        chosen: position of one of them.
        key: of the chart; another one after each mark.
        on_mark: called with a box that was dragged on the photograph, in its pixels.
    """
    height, width = photograph.shape[:2]
    shrink = min(1.0, SHOWN_PX / max(height, width))
    shown = cv2.resize(photograph, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    for index, box in enumerate(faces):
        corners = np.rint(np.array(box.corners) * shrink).astype(np.int32)
        cv2.polylines(shown, [corners], True, CHOSEN if index == chosen else OTHER, 3, cv2.LINE_AA)
    shown_height = min(TALLEST_PX, max(1, round(COLUMN_PX * height / width)))
    alt = f"The photograph, {face_count(len(faces))}; drag a box on it to mark a face"
    markable_picture(shown, key, alt, shown_height, partial(_scaled, on_mark, width / shown.shape[1]))


def _scaled(on_mark: Callable[[FaceBox], None], scale: float, box: FaceBox) -> None:
    on_mark(FaceBox(*(round(scale * value) for value in (box.x, box.y, box.width, box.height))))


def face_as_seen(crop: np.ndarray, is_grey: bool) -> None:
    """Draw the crop, uint8 RGB (96, 96, 3); grey where only networks that take grey pictures look at it."""
    seen = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY) if is_grey else crop
    st.image(seen, width=144, caption=SEEN, alt="The face cut out")


def face_count(faces: int) -> str:
    """How many faces were found, in words."""
    return (
        "no face found" if faces == 0 else "1 face found" if faces == 1 else f"{faces} faces found, the biggest first"
    )
