"""The template of a face's parts: a partition, symmetrical, and true of the landmarks of 102 real people."""

import cv2
import numpy as np
import pytest

from bench.london_regions import LANDMARKS, calibrate, held_out, read, shares, with_pupils_together
from esr_core.data.face_parts import TEMPLATE, inside, painted, parts_of, pixel_centres, swap_sides, template_parts
from esr_core.emotions import FACE_PARTS, FACE_REGIONS

NAMES = list(FACE_PARTS)


@pytest.fixture(scope="module")
def points(london_folder):
    """Landmarks of the London people in their crops."""
    if not (london_folder / "landmarks_neutral.csv").exists():
        pytest.skip(f"no landmarks_neutral.csv in {london_folder}")
    return read(london_folder)


def test_every_pixel_is_in_exactly_one_part_and_every_part_has_pixels():
    parts = template_parts()
    assert (parts.shape, parts.dtype) == ((96, 96), np.uint8)
    counts = np.bincount(parts.ravel(), minlength=len(NAMES))
    assert counts.sum() == 96 * 96
    assert len(counts) == len(NAMES)
    assert counts.min() > 100


def test_mirroring_exchanges_left_and_right():
    parts = template_parts()
    np.testing.assert_array_equal(parts[:, ::-1], swap_sides(parts))
    assert NAMES[parts[38, 30]] == "left eye"
    assert NAMES[parts[38, 65]] == "right eye"


def test_parts_lie_where_a_face_has_them():
    parts = template_parts()
    middle = {name: np.argwhere(parts == number).mean(axis=0) for number, name in enumerate(NAMES)}
    rows = [middle[name][0] for name in ("forehead", "left brow", "left eye", "nose", "mouth", "chin")]
    assert rows == sorted(rows)
    columns = [middle[name][1] for name in ("left cheek", "left eye", "nose", "right eye", "right cheek")]
    assert columns == sorted(columns)
    assert {NAMES[part] for part in parts[[40, 60, 90, 95], 0]} == {"outside"}


def test_parts_are_in_one_piece():
    parts = template_parts()
    pieces = {
        name: cv2.connectedComponents((parts == number).astype(np.uint8), connectivity=4)[0] - 1
        for number, name in enumerate(NAMES)
    }
    assert pieces == dict.fromkeys(NAMES, 1) | {"outside": 2}  # beside the face on either side


def test_nobody_can_alter_the_template():
    with pytest.raises(ValueError, match="read-only"):
        template_parts()[0, 0] = 1


def test_a_polygon_holds_what_is_inside_it_also_where_it_is_hollow():
    arrow = [(0, 0), (4, 0), (2, 1), (4, 4)]
    points = np.array([[1, 0.5], [3, 0.2], [3, 1], [2.4, 2], [-1, 1], [5, 0]])
    np.testing.assert_array_equal(inside(arrow, points), [True, True, False, True, False, False])


def test_later_shapes_cover_earlier_ones_and_none_leaves_the_face():
    whole, low = [(0, 0), (1, 0), (1, 0.5), (0, 0.5)], [(0, 0.25), (1, 0.25), (1, 1), (0, 1)]
    parts = painted([("face", whole), ("chin", low), ("mouth", low)], pixel_centres(4))
    assert [NAMES[part] for part in parts[:, 0]] == ["left cheek", "mouth", "outside", "outside"]


def test_every_landmark_is_in_at_most_one_region():
    listed = [point for points in LANDMARKS.values() for point in points]
    assert len(listed) == len(set(listed))
    assert tuple(LANDMARKS) == FACE_REGIONS
    assert set(range(189)) - set(listed) == {119, 124}  # where earlobes meet the face


def test_each_region_of_a_face_holds_nine_tenths_of_its_landmarks(points):
    assert len(points.points) + points.num_missed == 102
    assert points.num_missed <= 2
    inside_each = shares(points.points, template_parts())["inside"]
    assert inside_each.drop("outside").min() >= 0.90
    assert inside_each["outside"] >= 0.85  # ears and hair of close-cropped faces reach into others' cheeks


def test_the_template_is_what_calibrating_gives(points):
    calibrated = calibrate(points.points)
    assert tuple(calibrated) == tuple(TEMPLATE)
    for name, polygon in calibrated.items():
        np.testing.assert_allclose(polygon, TEMPLATE[name], atol=0.002)  # rounding, and detectors of other versions


def test_a_template_of_half_the_people_holds_on_the_other_half(points):
    others = held_out(points.points, num_splits=3).drop(columns="outside")
    assert others.mean().min() > 0.87


def test_with_pupils_together_only_faces_differ_and_no_longer_their_crops():
    person = np.random.default_rng(0).uniform(size=(189, 2))
    person[:2] = (0.3, 0.4), (0.7, 0.4)
    angle, size = np.deg2rad(20), 1.3
    turn = size * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    one, other = with_pupils_together(np.stack([person, person @ turn + (0.1, -0.05)]))
    np.testing.assert_allclose(one, other)
    assert one[0, 1] == one[1, 1]
    assert one[0, 0] + one[1, 0] == pytest.approx(1)  # in the middle of the crop


def test_a_template_of_other_people_differs(points):
    half = points.points[:40]
    assert (parts_of(calibrate(half)) != template_parts()).mean() < 0.05
    shifted = parts_of(calibrate(points.points + np.array([0, 0.1])))
    assert (shifted != template_parts()).mean() > 0.05
