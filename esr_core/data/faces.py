"""Faces in photographs: found with OpenCV's frontal Haar cascade, cut out as the networks see them.

Source: paper, "Methodology"; Viola and Jones 2004, doi 10.1023/B:VISI.0000013087.49260.fb.
"""

from functools import cache
from pathlib import Path
from threading import local

import cv2
import numpy as np

from esr_core.errors import NoFaceError
from esr_core.records import FaceBox

PICTURE_SIZE_PX = 96
SCALE_STEP = 1.1  # between two sizes searched
MIN_NEIGHBOURS = 5  # overlapping hits that make a face
MIN_SIZE_PX = 60
SEARCH_SIDE_PX = 1280  # larger photographs are searched reduced: the cascade's time grows with their pixels

_per_thread = local()  # a cascade keeps state while it searches, so threads must not share one


def detect_faces(photograph: np.ndarray) -> list[FaceBox]:
    """Frontal faces, the biggest first.

    Args:
        photograph: uint8 RGB (H, W, 3), upright.

    Returns:
        Boxes inside the photograph; empty where no face is found.
    """
    height, width = photograph.shape[:2]
    reduction = max(1.0, max(height, width) / SEARCH_SIDE_PX)
    grey = cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY)
    if reduction > 1:
        size = (max(1, round(width / reduction)), max(1, round(height / reduction)))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    smallest = min(MIN_SIZE_PX, min(grey.shape) // 2)
    hits = _cascade().detectMultiScale(grey, SCALE_STEP, MIN_NEIGHBOURS, minSize=(smallest, smallest))
    boxes = [_inside(reduction * np.asarray(hit), width, height) for hit in hits]
    return sorted(boxes, key=lambda box: (-box.width * box.height, box.x, box.y))


def find_face(photograph: np.ndarray, name: str = "the photograph") -> FaceBox:
    """The biggest face.

    Raises:
        NoFaceError: if none is found; the message names the photograph.
    """
    faces = detect_faces(photograph)
    if not faces:
        raise NoFaceError(f"{name} shows no face that the frontal face detector finds")
    return faces[0]


def crop_face(photograph: np.ndarray, box: FaceBox | None) -> np.ndarray:
    """The face as the networks see it.

    Args:
        photograph: uint8 RGB (H, W, 3), upright.
        box: the face, clamped to the photograph; None takes the whole photograph.

    Returns:
        uint8 RGB (96, 96, 3); ``to_images`` makes it grey for the lab network.
    """
    height, width = photograph.shape[:2]
    if box is not None:
        box = _inside(np.array([box.x, box.y, box.width, box.height]), width, height)
        photograph = photograph[box.y : box.y + box.height, box.x : box.x + box.width]
    shrinks = min(photograph.shape[:2]) > PICTURE_SIZE_PX
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC  # averaging keeps fine texture from turning into noise
    return cv2.resize(photograph, (PICTURE_SIZE_PX, PICTURE_SIZE_PX), interpolation=method)


def _inside(values: np.ndarray, width: int, height: int) -> FaceBox:
    """A box of x, y, width, height, rounded and clamped; at least one pixel stays."""
    left, top = np.clip(np.rint(values[:2]), 0, (width - 1, height - 1)).astype(int)
    right, bottom = np.clip(np.rint(values[:2] + values[2:]), (left + 1, top + 1), (width, height)).astype(int)
    return FaceBox(int(left), int(top), int(right - left), int(bottom - top))


def _cascade() -> cv2.CascadeClassifier:
    """The calling thread's cascade."""
    if not hasattr(_per_thread, "cascade"):
        _per_thread.cascade = cv2.CascadeClassifier(_cascade_file())
    return _per_thread.cascade


@cache
def _cascade_file() -> str:
    return str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml")
