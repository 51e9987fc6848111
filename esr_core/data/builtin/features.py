"""Eyes, brows, nose and mouth, moved by action units as the Facial Action Coding System describes them.

Action units are a mapping from number to intensity in [0, 1]; lengths are shares of the frame's side.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from esr_core.data.builtin.canvas import Canvas, Point, arc, ellipse
from esr_core.data.builtin.people import Person

EYE_Y = -0.055
BROW_REACH = 0.056  # of a brow's outer end beyond the middle of the eye
SIDES = (-1, 1)  # left and right of the picture
Units = Mapping[int, float]


def units_of(action_units: Units) -> Units:
    """The same units, 0 for all others."""
    return defaultdict(float, action_units)


def brow_shape(person: Person, au: Units, side: int, yaw: float) -> np.ndarray:
    """Polygon (P, 2) of a brow: AU1 raises its inner end, AU2 its outer end, AU4 lowers it and draws it to the middle.

    Its first half is the upper edge from the inner end to the outer one.
    """
    base = _brow_base(person, au)
    inner_y = base - 0.034 * au[1] + 0.010 * au[4]
    outer_y = base + 0.010 - 0.034 * au[2]
    inner_x = person.eye_distance - 0.055 - 0.014 * au[4]
    outer_x = person.eye_distance + BROW_REACH
    inner, outer = (yaw + side * inner_x, inner_y), (yaw + side * outer_x, outer_y)
    top = min(inner_y, outer_y) - 0.010 - 0.010 * au[2]
    line = arc(inner, outer, top)
    thickness = person.brow_thickness * np.linspace(1.0, 0.45, len(line))[:, None] * np.array([0.0, 1.0])
    return np.concatenate([line - thickness, (line + thickness)[::-1]])


def draw_brow(canvas: Canvas, person: Person, au: Units, side: int, yaw: float) -> None:
    """A brow, and the folds that its movement makes."""
    canvas.fill(brow_shape(person, au, side, yaw), [int(v * 0.6) for v in person.hair])
    depth, reach = 0.35 * person.wrinkles, (person.eye_distance + BROW_REACH) * 0.9
    for k in range(3):  # lines of the forehead over a raised brow
        y = _brow_base(person, au) - 0.035 - 0.018 * k
        canvas.fold(arc((yaw, y - 0.004), (yaw + side * reach, y), y - 0.010), depth * max(au[1], au[2]))
    furrow = np.array([[yaw + side * 0.012, EYE_Y - 0.062], [yaw + side * 0.015, EYE_Y - 0.022]])
    canvas.fold(furrow, (0.5 * person.wrinkles + 0.3) * au[4])


def _brow_base(person: Person, au: Units) -> float:
    return EYE_Y - person.brow_height + 0.020 * au[4] + 0.010 * au[9]


def eye_socket(person: Person, side: int, yaw: float) -> tuple[Point, Point]:
    """Centre and axes of the shade in which an eye lies."""
    return (yaw + side * person.eye_distance, EYE_Y - 0.012), (person.eye_width * 1.35, 0.040)


def eye_lids(person: Person, au: Units, side: int, yaw: float) -> tuple[np.ndarray, np.ndarray]:
    """Edges (P, 2) of both lids: AU5 raises the upper one, AU7 tightens both, AU6 pushes the lower one up."""
    centre_x, width = yaw + side * person.eye_distance, person.eye_width
    upper = person.eye_height * max(0.15, 1 + 0.95 * au[5] - 0.45 * au[7] - 0.20 * au[6] - 0.35 * au[9])
    lower = person.eye_height * max(0.05, 0.8 + 0.15 * au[5] - 0.55 * au[7] - 0.65 * au[6] - 0.2 * au[9])
    left, right = (centre_x - width, EYE_Y), (centre_x + width, EYE_Y)
    return arc(left, right, EYE_Y - upper), arc(left, right, EYE_Y + lower)


def lower_lid_fold(floor: np.ndarray) -> np.ndarray:
    """The fold (P, 2) under a lower lid."""
    return arc(tuple(floor[0]), tuple(floor[-1]), floor[len(floor) // 2, 1] + 0.022)


def draw_eye(canvas: Canvas, person: Person, au: Units, side: int, yaw: float) -> None:
    """An eye in its socket, with the folds that cheek and lids make around it."""
    centre_x, width = yaw + side * person.eye_distance, person.eye_width
    lid, floor = eye_lids(person, au, side, yaw)
    canvas.shade(*eye_socket(person, side, yaw), -0.20)
    canvas.fill(np.concatenate([lid, floor[::-1]]), (238, 236, 232))
    _draw_iris(canvas, person, centre_x, lid, floor)
    canvas.line(lid, [int(v * 0.35) for v in person.skin], 0.008)
    canvas.line(floor, [int(v * 0.7) for v in person.skin], 0.004)
    depth = person.wrinkles
    canvas.fold(lid - [0, 0.012], 0.35)
    canvas.fold(lower_lid_fold(floor), 0.25 * depth * max(au[6], au[7]) + 0.08)
    for k in (-1, 0, 1):  # crow's feet
        start: Point = (centre_x + side * (width + 0.010), EYE_Y + 0.008 * k)
        end: Point = (centre_x + side * (width + 0.038), EYE_Y + 0.022 * k)
        canvas.fold(np.array([start, end]), 0.45 * depth * au[6])


def _draw_iris(canvas: Canvas, person: Person, centre_x: float, lid: np.ndarray, floor: np.ndarray) -> None:
    """Iris and pupil, seen between the lids only: the disc's points are clamped to them."""
    for radius, colour in ((0.0185, person.iris), (0.0085, (14, 12, 12))):
        disc = ellipse((centre_x, EYE_Y - 0.001), (radius, radius))
        top = np.interp(disc[:, 0], lid[:, 0], lid[:, 1])
        bottom = np.interp(disc[:, 0], floor[:, 0], floor[:, 1])
        canvas.fill(np.stack([disc[:, 0], np.clip(disc[:, 1], top, bottom)], axis=1), colour)
    canvas.fill(ellipse((centre_x - 0.006, EYE_Y - 0.007), (0.0035, 0.0035), 8), (255, 255, 255))


def nose_tip(person: Person, au: Units, yaw: float) -> Point:
    """Where the nose ends: AU9 lifts it a little."""
    return 1.5 * yaw, EYE_Y + person.nose_length - 0.006 * au[9]


def draw_nose(canvas: Canvas, person: Person, au: Units, yaw: float) -> None:
    """The nose: AU9 wrinkles its root and lifts its wings."""
    tip_x, tip_y = nose_tip(person, au, yaw)
    canvas.shade((yaw + 0.2 * tip_x, EYE_Y + 0.03), (0.012, 0.06), 0.14)
    canvas.shade((tip_x, tip_y - 0.012), (0.018, 0.014), 0.14)
    for side in SIDES:
        wing = tip_x + side * person.nose_width
        canvas.shade((yaw + side * 0.026, EYE_Y + 0.03), (0.010, 0.05), -0.10)
        canvas.fold(arc((wing, tip_y - 0.02), (wing - side * 0.012, tip_y + 0.006), tip_y - 0.004), 0.35)
        canvas.fill(
            ellipse((tip_x + side * person.nose_width * 0.5, tip_y + 0.004), (0.009, 0.005), 12),
            [int(v * 0.45) for v in person.skin],
        )
        for k in range(3):
            y = EYE_Y + 0.012 + 0.014 * k
            canvas.fold(np.array([[yaw + side * 0.006, y - 0.006], [yaw + side * 0.028, y + 0.004]]), 0.5 * au[9])
    canvas.shade((tip_x, tip_y + 0.016), (person.nose_width, 0.008), -0.14)


def mouth_corner(person: Person, au: Units, side: int, yaw: float, one_sided: int) -> Point:
    """Where a corner of the mouth is: AU12 pulls it up and out, AU15 down, AU20 out, AU14 in and up, AU23 in."""
    pull = au[12] if one_sided in (0, side) else 0.1 * au[12]
    dimple = au[14] if one_sided in (0, side) else 0.0
    width = person.mouth_width * (1 + 0.30 * pull + 0.28 * au[20] - 0.16 * au[23] + 0.10 * dimple - 0.10 * au[26])
    height = person.mouth_height - 0.036 * pull + 0.026 * au[15] - 0.014 * dimple + 0.010 * au[20] + 0.012 * au[26]
    return (1.2 * yaw + side * width, height)


@dataclass(frozen=True, slots=True)
class Lips:
    """A mouth's corners, and how low the edges of its lips are in the middle."""

    left: Point
    right: Point
    upper_top: float
    inner_top: float
    inner_bottom: float
    lower_bottom: float
    open_y: float  # how far the jaw and the lower lip open it

    def edge(self, middle_y: float) -> np.ndarray:
        """An edge (P, 2) from corner to corner."""
        return arc(self.left, self.right, middle_y)


def lips(person: Person, au: Units, yaw: float, one_sided: int) -> Lips:
    """The lips: AU26 drops the jaw, AU16 the lower lip, AU23 and AU20 thin the lips, AU9 lifts the upper one."""
    left, right = (mouth_corner(person, au, side, yaw, one_sided) for side in SIDES)
    thin = max(0.25, 1 - 0.65 * au[23] - 0.35 * au[20])
    open_y = 0.075 * au[26] + 0.014 * au[16] + 0.012 * max(0.0, au[12] - 0.4) + 0.006 * au[20]
    middle = person.mouth_height + 0.004 * au[12]
    return Lips(
        left,
        right,
        upper_top=middle - person.lip_height * thin - 0.014 * au[9],
        inner_top=middle - 0.010 * au[9],
        inner_bottom=middle + open_y,
        lower_bottom=middle + open_y + 1.35 * person.lip_height * thin + 0.010 * au[16],
        open_y=open_y,
    )


def draw_mouth(canvas: Canvas, person: Person, au: Units, yaw: float, one_sided: int) -> None:
    """The lips, and between them teeth where they are open."""
    mouth = lips(person, au, yaw, one_sided)
    upper, top, bottom, lower = map(
        mouth.edge, (mouth.upper_top, mouth.inner_top, mouth.inner_bottom, mouth.lower_bottom)
    )
    dark = [int(v * 0.72) for v in person.lips]
    canvas.fill(np.concatenate([upper, top[::-1]]), dark)
    canvas.fill(np.concatenate([bottom, lower[::-1]]), person.lips)
    if mouth.open_y > 0.004:
        canvas.fill(np.concatenate([top, bottom[::-1]]), (58, 22, 24))
        teeth = min(mouth.inner_bottom, mouth.inner_top + 0.4 * mouth.open_y + 0.004)
        canvas.fill(np.concatenate([top, mouth.edge(teeth)[::-1]]), (232, 228, 220))
    canvas.line(top, [int(v * 0.5) for v in dark], 0.005)
    canvas.shade((1.2 * yaw, mouth.lower_bottom + 0.016), (0.04, 0.010), -0.14)
    _draw_folds(canvas, person, au, (mouth.left, mouth.right), yaw, one_sided)


def _draw_folds(
    canvas: Canvas, person: Person, au: Units, corners: tuple[Point, Point], yaw: float, one_sided: int
) -> None:
    """Nasolabial folds deepen with AU12, AU9 and AU6; AU14 makes a dimple; AU15 draws lines below the corners."""
    for side, (x, y) in zip(SIDES, corners, strict=True):
        pull = au[12] if one_sided in (0, side) else 0.1 * au[12]
        start = (yaw + side * (person.nose_width + 0.012), EYE_Y + person.nose_length - 0.012)
        bend = (start[1] + y) / 2 - 0.006
        canvas.fold(
            arc(start, (x + side * 0.020, y - 0.006), bend), 0.10 + 0.45 * person.wrinkles * max(pull, 0.7 * au[9])
        )
        if one_sided in (0, side):
            canvas.fold(np.array([[x + side * 0.010, y - 0.014], [x + side * 0.012, y + 0.012]]), 0.7 * au[14], 0.010)
        canvas.fold(np.array([[x + side * 0.004, y], [x + side * 0.012, y + 0.030]]), 0.5 * au[15])
        canvas.shade((yaw + side * 0.115, 0.055 - 0.022 * au[6]), (0.045, 0.035), 0.06 + 0.10 * max(pull, au[6]))
