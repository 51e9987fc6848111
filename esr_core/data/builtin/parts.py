"""Which part of the face each pixel of a drawn picture shows, from the shapes that were drawn."""

from collections.abc import Iterator

import cv2
import numpy as np

from esr_core.data.builtin.canvas import arc, ellipse
from esr_core.data.builtin.drawing import DrawnFace, face_outline, hair_cap, head_pose, sideways
from esr_core.data.builtin.features import (
    EYE_Y,
    SIDES,
    brow_shape,
    eye_lids,
    eye_socket,
    lips,
    lower_lid_fold,
    nose_tip,
    units_of,
)
from esr_core.data.builtin.masks import drawn_frame
from esr_core.data.face_parts import FACE, painted, pixel_centres
from esr_core.data.prepared import PreparedSet
from esr_core.records import FaceBox

LEFT_RIGHT = ("left", "right")
JAW_REACH = 0.06  # of the chin beyond the corners of the mouth, at the lower edge of the frame


def drawn_parts(drawn: DrawnFace, box: FaceBox | None = None) -> np.ndarray:
    """The part of the face that each pixel of a drawn face's crop shows.

    Brows, eyes in their sockets, nose and lips are the shapes that were drawn. Skin is divided by them: it is forehead
    above the brows, chin below the lower lip and mouth between nose and upper lip; the rest is cheek. Hair, ears, neck
    and what is behind are outside.

    Args:
        drawn: a face.
        box: what is cut out of its photograph, as ``crop_face`` does; None takes the face's own box.

    Returns:
        Positions in ``FACE_PARTS``, uint8 (96, 96), aligned with ``crop_face(drawn.photograph, box)``.
    """
    box = box or drawn.box
    size_px = drawn.photograph.shape[0]
    origin, right, _, down = np.array(box.corners) - 0.5  # as OpenCV counts: 0 is a centre
    pixels = pixel_centres() @ np.stack([right - origin, down - origin]) + origin
    back = cv2.invertAffineTransform(head_pose(drawn.conditions, size_px))
    points = (pixels @ back[:, :2].T + back[:, 2]) / size_px - 0.5
    return painted(_shapes(drawn), points)


def picture_parts(prepared: PreparedSet, row: int) -> np.ndarray:
    """The part of the face that each pixel of a picture of a built-in set shows, as ``drawn_parts`` says.

    Args:
        prepared: made by ``prepare builtin``.
        row: of the picture in the set.

    Returns:
        Positions in ``FACE_PARTS``, uint8 (96, 96), aligned with ``prepared.images[row]``.

    Raises:
        ConfigError: if there is no such row.
        DataError: if the set was not drawn, or drawn by a version that drew other faces.
    """
    return drawn_parts(drawn_frame(prepared, row).portrait())


def _shapes(drawn: DrawnFace) -> Iterator[tuple[str, np.ndarray]]:
    """Parts and their polygons on the frontal head, to be painted in this order."""
    person, au, yaw = drawn.person, units_of(drawn.action_units), sideways(drawn.conditions)
    mouth, nose = lips(person, au, yaw, drawn.one_sided), _nose(drawn)
    brows = [brow_shape(person, au, side, yaw) for side in SIDES]
    yield FACE, face_outline(person, au)
    yield "right cheek", np.array([[yaw, -1], [1, -1], [1, 1], [yaw, 1]])
    yield "forehead", _above(brows, nose)
    yield "chin", _below(mouth.edge(mouth.lower_bottom))
    base = nose[nose[:, 1] > np.median(nose[:, 1])]
    yield "mouth", _hull(base, mouth.edge(mouth.upper_top), mouth.edge(mouth.lower_bottom))
    yield "nose", nose
    yield "mouth", np.concatenate([mouth.edge(mouth.upper_top), mouth.edge(mouth.lower_bottom)[::-1]])
    for name, side in zip(LEFT_RIGHT, SIDES, strict=True):
        lid, floor = eye_lids(person, au, side, yaw)
        yield f"{name} eye", _hull(ellipse(*eye_socket(person, side, yaw)), lid, floor, lower_lid_fold(floor))
    for name, brow in zip(LEFT_RIGHT, brows, strict=True):
        yield f"{name} brow", brow
    yield "outside", hair_cap(person)


def _nose(drawn: DrawnFace) -> np.ndarray:
    """Around the shades of the nose's flanks, its wings and its base."""
    person, au, yaw = drawn.person, units_of(drawn.action_units), sideways(drawn.conditions)
    x, y = nose_tip(person, au, yaw)
    flanks = [ellipse((yaw + side * 0.026, EYE_Y + 0.03), (0.010, 0.05)) for side in SIDES]
    wings = [
        arc((x + side * person.nose_width, y - 0.02), (x + side * person.nose_width, y + 0.006), y) for side in SIDES
    ]
    return _hull(*flanks, *wings, ellipse((x, y + 0.016), (person.nose_width, 0.008)))


def _above(brows: list[np.ndarray], nose: np.ndarray) -> np.ndarray:
    """Everything above the upper edges of both brows, between them down to the nose, and level beyond their ends."""
    left, right = (brow[: len(brow) // 2] for brow in brows)  # from the inner end to the outer one
    root = [[nose[:, 0].mean(), nose[:, 1].min() + 0.01]]
    line = np.concatenate([[[-1, left[-1, 1]]], left[::-1], root, right, [[1, right[-1, 1]]]])
    return np.concatenate([line, [[1, -1], [-1, -1]]])


def _below(lip: np.ndarray) -> np.ndarray:
    """Everything below a lower lip, somewhat wider further down."""
    return np.concatenate([lip, [[lip[-1, 0] + JAW_REACH, 0.5], [lip[0, 0] - JAW_REACH, 0.5]]])


def _hull(*shapes: np.ndarray) -> np.ndarray:
    """The convex polygon (P, 2) around shapes."""
    points = np.concatenate(shapes).astype(np.float32)
    return np.asarray(cv2.convexHull(points)[:, 0])
