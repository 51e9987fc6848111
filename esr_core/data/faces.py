"""Faces in photographs: found with OpenCV's frontal Haar cascade as in the paper, cut out as the networks see them.

Source: paper, "Methodology"; Viola and Jones 2004, doi 10.1023/B:VISI.0000013087.49260.fb.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import local

import cv2
import numpy as np

from esr_core.architectures import PICTURE_SIZE_PX
from esr_core.records import FaceBox

SCALE_STEP = 1.1  # between two sizes searched
MIN_NEIGHBOURS = 5  # overlapping hits that make a face
MIN_SIZE_PX = 60
SEARCH_SIDE_PX = 1280  # larger photographs are searched reduced: the cascade's time grows with their pixels

_per_thread = local()  # a cascade keeps state while it searches, so threads must not share one


def detect_faces(photograph: np.ndarray) -> list[FaceBox]:
    """Upright frontal faces, the biggest first.

    Args:
        photograph: uint8 RGB (H, W, 3), upright.

    Returns:
        Boxes inside the photograph; empty where no face is found.
    """
    height, width = photograph.shape[:2]
    grey, reduction = searchable(photograph)
    return biggest_first(box_inside(reduction * hit, width, height) for hit, _ in search(grey))


def searchable(photograph: np.ndarray) -> tuple[np.ndarray, float]:
    """What the cascade searches, uint8 grey (h, w), and how many times smaller than the photograph it is."""
    reduced, reduction = reduce(photograph, SEARCH_SIDE_PX)
    return cv2.cvtColor(reduced, cv2.COLOR_RGB2GRAY), reduction


def search(grey: np.ndarray) -> list[tuple[np.ndarray, int]]:
    """What the cascade takes for a face in a grey picture, uint8 (H, W).

    Returns:
        For each face x, y, width and height in pixels, and its support: how many overlapping hits agree on it.
    """
    smallest = min(MIN_SIZE_PX, min(grey.shape) // 2)
    hits, support = _cascade().detectMultiScale2(grey, SCALE_STEP, MIN_NEIGHBOURS, minSize=(smallest, smallest))
    return [(np.asarray(hit), int(count)) for hit, count in zip(hits, np.ravel(support), strict=True)]


def reduce(photograph: np.ndarray, side_px: int) -> tuple[np.ndarray, float]:
    """A photograph, uint8 RGB (H, W, 3), no longer than ``side_px``, and how many times smaller it became."""
    height, width = photograph.shape[:2]
    reduction = max(1.0, max(height, width) / side_px)
    if reduction == 1:
        return photograph, 1.0
    size = (max(1, round(width / reduction)), max(1, round(height / reduction)))
    return cv2.resize(photograph, size, interpolation=cv2.INTER_AREA), reduction


def biggest_first(boxes: Iterable[FaceBox]) -> list[FaceBox]:
    """Boxes by falling area, equal ones from left to right."""
    return sorted(boxes, key=lambda box: (-box.width * box.height, box.x, box.y))


def crop_face(photograph: np.ndarray, box: FaceBox | None) -> np.ndarray:
    """The face as the networks see it.

    Args:
        photograph: uint8 RGB (H, W, 3), upright.
        box: the face, clamped to the photograph, or turned upright where it is tilted, the photograph's edge going on
            beyond it; None takes the whole photograph.

    Returns:
        uint8 RGB (96, 96, 3); ``to_images`` makes it grey where a network takes grey.
    """
    if box is not None:
        photograph = _cut_out(photograph, box)
    shrinks = min(photograph.shape[:2]) > PICTURE_SIZE_PX
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC  # averaging keeps fine texture from turning into noise
    return cv2.resize(photograph, (PICTURE_SIZE_PX, PICTURE_SIZE_PX), interpolation=method)


def square_inside(box: FaceBox, width: int, height: int) -> FaceBox:
    """The square around a box, moved into a photograph of that size, and as large as it at most."""
    side = min(max(box.width, box.height), width, height)
    left = min(max(box.x + (box.width - side) // 2, 0), width - side)
    top = min(max(box.y + (box.height - side) // 2, 0), height - side)
    return FaceBox(left, top, side, side)


def _cut_out(photograph: np.ndarray, box: FaceBox) -> np.ndarray:
    """The pixels of a box, (height, width, 3)."""
    if box.tilt_deg:
        upright = np.array([(0, 0), (box.width, 0), (box.width, box.height)], dtype=np.float32)
        corners = np.array(box.corners[:3], dtype=np.float32)
        turn = cv2.getAffineTransform(corners - 0.5, upright - 0.5)  # OpenCV counts from the first pixel's centre
        return cv2.warpAffine(photograph, turn, (box.width, box.height), borderMode=cv2.BORDER_REPLICATE)
    height, width = photograph.shape[:2]
    box = box_inside(np.array([box.x, box.y, box.width, box.height]), width, height)
    return photograph[box.y : box.y + box.height, box.x : box.x + box.width]


def box_inside(values: np.ndarray, width: int, height: int) -> FaceBox:
    """A box of x, y, width, height, rounded and clamped; at least one pixel stays."""
    left, top = np.clip(np.rint(values[:2]), 0, (width - 1, height - 1)).astype(int)
    right, bottom = np.clip(np.rint(values[:2] + values[2:]), (left + 1, top + 1), (width, height)).astype(int)
    return FaceBox(int(left), int(top), int(right - left), int(bottom - top))


def _cascade() -> "cv2.CascadeClassifier":  # in quotes: OpenCV 5 has none, and all but the Haar detector works with it
    """The calling thread's cascade."""
    if not hasattr(_per_thread, "cascade"):
        _per_thread.cascade = cv2.CascadeClassifier(_cascade_file())
    return _per_thread.cascade


@cache
def _cascade_file() -> str:
    return str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml")
