"""One picture of one person: head, features, light, pose and camera."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from esr_core.data.builtin.canvas import Canvas, arc, ellipse
from esr_core.data.builtin.conditions import STUDIO, Conditions
from esr_core.data.builtin.features import EYE_Y, SIDES, Units, draw_brow, draw_eye, draw_mouth, draw_nose, units_of
from esr_core.data.builtin.people import Person
from esr_core.records import FaceBox

SIZE_PX = 256  # of photographs, unless another is asked for; lengths of the camera are in its pixels
RIM = (40, 40, 44)
BOX_CENTRE_Y, BOX_SIDE = 0.003, 0.545  # what the Haar cascade boxes, measured on 200 drawn faces; shares of the frame


@dataclass(frozen=True, slots=True, eq=False)
class DrawnFace:
    """A drawn photograph, where the face in it is, and what it was drawn from."""

    photograph: np.ndarray  # uint8 RGB (S, S, 3)
    box: FaceBox  # as the face detector would box it
    person: Person
    action_units: Mapping[int, float]
    conditions: Conditions
    one_sided: int


def draw_face(
    person: Person,
    action_units: Mapping[int, float],
    conditions: Conditions = STUDIO,
    rng: np.random.Generator | None = None,
    one_sided: int = 0,
    size_px: int = SIZE_PX,
) -> DrawnFace:
    """Draw a person whose face shows action units.

    Args:
        person: who.
        action_units: intensity in [0, 1] by number of the unit.
        conditions: pose, light and camera.
        rng: of the camera's noise; None draws without noise.
        one_sided: -1 or 1 shows AU12 and AU14 on the left or right of the picture alone, as contempt does; 0 on both.
        size_px: height and width of the photograph.
    """
    lit = _lit(person, action_units, conditions, one_sided, size_px)
    pose = head_pose(conditions, size_px)
    photograph = _taken(lit, pose, size_px, conditions, rng)
    box = _box(pose, conditions.scale, size_px)
    return DrawnFace(photograph, box, person, action_units, conditions, one_sided)


def draw_crop(
    person: Person,
    action_units: Mapping[int, float],
    conditions: Conditions = STUDIO,
    rng: np.random.Generator | None = None,
    one_sided: int = 0,
) -> np.ndarray:
    """What is in the box of ``draw_face``, uint8 RGB (side, side, 3): the camera takes nothing else, in half the time.

    Without noise it differs from that part of the whole photograph at most beside its edges, where a blur looks out.
    """
    lit = _lit(person, action_units, conditions, one_sided, SIZE_PX)
    pose = head_pose(conditions, SIZE_PX)
    box = _box(pose, conditions.scale, SIZE_PX)
    pose[:, 2] -= (box.x, box.y)
    return _taken(lit, pose, box.width, conditions, rng)


def _lit(
    person: Person, action_units: Mapping[int, float], conditions: Conditions, one_sided: int, size_px: int
) -> np.ndarray:
    """The frontal head under its light, uint8 RGB (S, S, 3)."""
    canvas = Canvas(size_px, conditions.background)
    _draw_head(canvas, person, units_of(action_units), sideways(conditions), one_sided)
    return canvas.shaded(_light(conditions, size_px))


def _taken(
    lit: np.ndarray, pose: np.ndarray, side_px: int, conditions: Conditions, rng: np.random.Generator | None
) -> np.ndarray:
    """The picture a camera takes, uint8 RGB (side, side, 3): posed, blurred, with noise."""
    turned = cv2.warpAffine(lit, pose, (side_px, side_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if conditions.blur_px > 0.1:
        turned = cv2.GaussianBlur(turned, (0, 0), conditions.blur_px * len(lit) / SIZE_PX)
    if rng is not None and conditions.noise:
        noise = conditions.noise * rng.standard_normal(turned.shape[:2], dtype=np.float32)
        turned = cv2.add(turned, cv2.cvtColor(noise, cv2.COLOR_GRAY2RGB), dtype=cv2.CV_8U)
    return turned


def _draw_head(canvas: Canvas, person: Person, au: Units, yaw: float, one_sided: int) -> None:
    _draw_body(canvas, person)
    outline = face_outline(person, au)
    canvas.fill(outline, person.skin)
    for side in SIDES:  # the head is round: its sides turn away from the light
        canvas.shade((side * person.half_width * 0.93, 0.0), (0.022, person.half_height * 0.6), -0.22)
    canvas.shade((0.0, -0.16), (0.10, 0.05), 0.08)
    if person.has_beard:
        beard = outline[outline[:, 1] > 0.09]
        canvas.fill(
            np.concatenate([beard, arc(tuple(beard[-1]), tuple(beard[0]), 0.13)]), [int(v * 0.9) for v in person.hair]
        )
    draw_nose(canvas, person, au, yaw)
    for side in SIDES:
        draw_eye(canvas, person, au, side, yaw)
        draw_brow(canvas, person, au, side, yaw)
    draw_mouth(canvas, person, au, yaw, one_sided)
    canvas.fill(hair_cap(person), person.hair)
    if person.has_glasses:
        _draw_glasses(canvas, person, yaw)


def _draw_glasses(canvas: Canvas, person: Person, yaw: float) -> None:
    """Two rims, the bridge between them and the temples to the ears."""
    y, half = EYE_Y + 0.006, min(0.062, person.eye_distance - 0.016)
    gap = person.eye_distance - half
    canvas.line(arc((yaw - gap, y), (yaw + gap, y), y - 0.012), RIM, 0.004)
    for side in SIDES:
        middle = yaw + side * person.eye_distance
        rim = ellipse((middle, y), (half, 0.046))
        canvas.line(np.concatenate([rim, rim[:1]]), RIM, 0.004)
        canvas.line(np.array([[middle + side * half, y], [side * person.half_width, y - 0.01]]), RIM, 0.004)


def _draw_body(canvas: Canvas, person: Person) -> None:
    """What is behind the face: long hair, ears, neck and shoulders."""
    width, height = person.half_width, person.half_height
    if person.has_long_hair:
        canvas.fill(ellipse((0, 0.06), (width * 1.28, height * 1.25)), [int(v * 0.85) for v in person.hair])
    canvas.fill(ellipse((0, 0.56), (0.40, 0.20)), person.clothes)
    neck = np.array([[-0.11, 0.18], [0.11, 0.18], [0.13, 0.42], [-0.13, 0.42]])
    canvas.fill(neck, [int(v * 0.78) for v in person.skin])
    for side in SIDES:
        canvas.fill(ellipse((side * width * 1.0, 0.0), (0.026, 0.055)), [int(v * 0.88) for v in person.skin])


def face_outline(person: Person, au: Units) -> np.ndarray:
    """The face's contour (P, 2): narrower towards the chin, longer when the jaw drops (AU26)."""
    angle = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    down = np.clip(np.sin(angle), 0, None)
    x = person.half_width * np.cos(angle) * (1 - (1 - person.jaw) * down**2)
    y = person.half_height * np.sin(angle) * (1 - 0.08 * down) + 0.040 * au[26] * down**2
    return np.stack([x, y], axis=1)


def hair_cap(person: Person) -> np.ndarray:
    """The hair's contour (P, 2) from temple to temple above the hairline."""
    width, height = person.half_width, person.half_height
    angle = np.linspace(np.pi, 2 * np.pi, 24)
    crown = np.stack([1.08 * width * np.cos(angle), 1.12 * height * np.sin(angle)], axis=1)
    temple_y = -0.03
    crown[0, 1] = crown[-1, 1] = temple_y
    t = np.linspace(1, -1, 24)
    top = -height * (1.02 - 0.55 * person.hairline)
    line = np.stack([0.96 * width * t, top + (temple_y - top) * t**4], axis=1)
    return np.concatenate([crown, line])


def sideways(conditions: Conditions) -> float:
    """How far the features shift to the right when the head turns there."""
    return 0.02 * conditions.yaw


def _light(conditions: Conditions, size_px: int) -> np.ndarray:
    """Brightness factors (S, S): a slope towards where light comes from."""
    x = np.linspace(-1, 1, size_px, dtype=np.float32)
    right, down = math.cos(conditions.light_angle), math.sin(conditions.light_angle)
    slope = conditions.light * (right * x[None, :] + down * x[:, None])
    return np.asarray(conditions.exposure * (1 + slope))


def head_pose(conditions: Conditions, size_px: int) -> np.ndarray:
    """Affine matrix (2, 3) that rolls, scales and shifts the head, in pixels."""
    middle = size_px / 2
    pose = cv2.getRotationMatrix2D((middle, middle), conditions.roll_deg, conditions.scale)
    pose[:, 2] += np.multiply(conditions.shift, size_px)
    return pose


def _box(pose: np.ndarray, scale: float, size_px: int) -> FaceBox:
    x, y = pose @ np.array([0.5 * size_px, (0.5 + BOX_CENTRE_Y) * size_px, 1.0])
    side = round(BOX_SIDE * scale * size_px)
    return FaceBox(round(x - side / 2), round(y - side / 2), side, side)
