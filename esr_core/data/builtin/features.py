"""Eyes, brows, nose and mouth, moved by action units as the Facial Action Coding System describes them.

Action units are a mapping from number to intensity in [0, 1]; lengths are shares of the frame's side.
"""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from esr_core.data.builtin.canvas import Canvas, Point, arc, ellipse
from esr_core.data.builtin.people import Person

EYE_Y = -0.055
SIDES = (-1, 1)  # left and right of the picture
Units = Mapping[int, float]


def units_of(action_units: Units) -> Units:
    """The same units, 0 for all others."""
    return defaultdict(float, action_units)


def draw_brow(canvas: Canvas, person: Person, au: Units, side: int, yaw: float) -> None:
    """A brow: AU1 raises its inner end, AU2 its outer end, AU4 lowers it and draws it to the middle."""
    base = EYE_Y - person.brow_height + 0.020 * au[4] + 0.010 * au[9]
    inner_y = base - 0.034 * au[1] + 0.010 * au[4]
    outer_y = base + 0.010 - 0.034 * au[2]
    inner_x = person.eye_distance - 0.055 - 0.014 * au[4]
    outer_x = person.eye_distance + 0.056
    inner, outer = (yaw + side * inner_x, inner_y), (yaw + side * outer_x, outer_y)
    top = min(inner_y, outer_y) - 0.010 - 0.010 * au[2]
    line = arc(inner, outer, top)
    thickness = person.brow_thickness * np.linspace(1.0, 0.45, len(line))[:, None] * np.array([0.0, 1.0])
    canvas.fill(np.concatenate([line - thickness, (line + thickness)[::-1]]), [int(v * 0.6) for v in person.hair])
    depth = 0.35 * person.wrinkles
    for k in range(3):  # lines of the forehead over a raised brow
        y = base - 0.035 - 0.018 * k
        canvas.fold(arc((yaw, y - 0.004), (yaw + side * outer_x * 0.9, y), y - 0.010), depth * max(au[1], au[2]))
    furrow = np.array([[yaw + side * 0.012, EYE_Y - 0.062], [yaw + side * 0.015, EYE_Y - 0.022]])
    canvas.fold(furrow, (0.5 * person.wrinkles + 0.3) * au[4])


def draw_eye(canvas: Canvas, person: Person, au: Units, side: int, yaw: float) -> None:
    """An eye: AU5 raises the upper lid, AU7 tightens both, AU6 pushes the lower lid up with the cheek."""
    centre_x, width = yaw + side * person.eye_distance, person.eye_width
    upper = person.eye_height * max(0.15, 1 + 0.95 * au[5] - 0.45 * au[7] - 0.20 * au[6] - 0.35 * au[9])
    lower = person.eye_height * max(0.05, 0.8 + 0.15 * au[5] - 0.55 * au[7] - 0.65 * au[6] - 0.2 * au[9])
    left, right = (centre_x - width, EYE_Y), (centre_x + width, EYE_Y)
    lid, floor = arc(left, right, EYE_Y - upper), arc(left, right, EYE_Y + lower)
    canvas.shade((centre_x, EYE_Y - 0.012), (width * 1.35, 0.040), -0.20)
    canvas.fill(np.concatenate([lid, floor[::-1]]), (238, 236, 232))
    _draw_iris(canvas, person, centre_x, lid, floor)
    canvas.line(lid, [int(v * 0.35) for v in person.skin], 0.008)
    canvas.line(floor, [int(v * 0.7) for v in person.skin], 0.004)
    depth = person.wrinkles
    canvas.fold(lid - [0, 0.012], 0.35)
    canvas.fold(arc(left, right, EYE_Y + lower + 0.022), 0.25 * depth * max(au[6], au[7]) + 0.08)
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


def draw_nose(canvas: Canvas, person: Person, au: Units, yaw: float) -> None:
    """The nose: AU9 wrinkles its root and lifts its wings."""
    tip_y = EYE_Y + person.nose_length - 0.006 * au[9]
    tip_x = 1.5 * yaw
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


def draw_mouth(canvas: Canvas, person: Person, au: Units, yaw: float, one_sided: int) -> None:
    """The mouth: AU26 drops the jaw, AU16 the lower lip, AU23 and AU20 thin the lips, AU9 lifts the upper one."""
    left, right = (mouth_corner(person, au, side, yaw, one_sided) for side in SIDES)
    thin = max(0.25, 1 - 0.65 * au[23] - 0.35 * au[20])
    open_y = 0.075 * au[26] + 0.014 * au[16] + 0.012 * max(0.0, au[12] - 0.4) + 0.006 * au[20]
    middle = person.mouth_height + 0.004 * au[12]
    upper_top = middle - person.lip_height * thin - 0.014 * au[9]
    inner_top = middle - 0.010 * au[9]
    inner_bottom = middle + open_y
    lower_bottom = inner_bottom + 1.35 * person.lip_height * thin + 0.010 * au[16]
    dark = [int(v * 0.72) for v in person.lips]
    canvas.fill(np.concatenate([arc(left, right, upper_top), arc(left, right, inner_top)[::-1]]), dark)
    canvas.fill(np.concatenate([arc(left, right, inner_bottom), arc(left, right, lower_bottom)[::-1]]), person.lips)
    if open_y > 0.004:
        inside = np.concatenate([arc(left, right, inner_top), arc(left, right, inner_bottom)[::-1]])
        canvas.fill(inside, (58, 22, 24))
        teeth = min(inner_bottom, inner_top + 0.4 * open_y + 0.004)
        canvas.fill(np.concatenate([arc(left, right, inner_top), arc(left, right, teeth)[::-1]]), (232, 228, 220))
    canvas.line(arc(left, right, inner_top), [int(v * 0.5) for v in dark], 0.005)
    canvas.shade((1.2 * yaw, lower_bottom + 0.016), (0.04, 0.010), -0.14)
    _draw_folds(canvas, person, au, (left, right), yaw, one_sided)


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
