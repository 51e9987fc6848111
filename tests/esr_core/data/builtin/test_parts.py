"""Parts of drawn faces against the pictures: what is painted in another colour, or moves, must lie in its part."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from esr_core.data.builtin import (
    Conditions,
    action_unit_masks,
    draw_face,
    drawn_parts,
    numbered_person,
    picture_parts,
    sample_portrait,
)
from esr_core.data.face_parts import swap_sides, template_parts
from esr_core.data.faces import crop_face, detect_faces
from esr_core.data.prepared import PreparedSet
from esr_core.emotions import ACTION_UNIT_REGIONS, FACE_PARTS, FACE_REGIONS, FACS_PROTOTYPES
from esr_core.errors import ConfigError, DataError
from esr_core.records import FaceBox

REGION_OF_PART = np.array([FACE_REGIONS.index(region) for region in FACE_PARTS.values()])
TILTED = Conditions(yaw=0.8, roll_deg=12.0, shift=(0.03, -0.02), scale=1.05)


@pytest.fixture(scope="module")
def frontal(prepared_faces) -> PreparedSet:
    """Ten people in every emotion, little turned."""
    return PreparedSet.open(prepared_faces / "tiny")


def person(number: int):
    """Somebody without beard, glasses and hair at the temples' sides, who would be dyed with the brows."""
    return replace(numbered_person(number), has_beard=False, has_glasses=False)


def regions(parts: np.ndarray) -> np.ndarray:
    """Names of regions instead of positions of parts."""
    return np.array(FACE_REGIONS)[REGION_OF_PART[parts]]


def painted_differently(number: int, units: dict, conditions: Conditions, **colours) -> tuple[np.ndarray, np.ndarray]:
    """Where in the crop another colour changes the picture clearly, and the crop's regions."""
    before, after = (
        draw_face(each, units, conditions) for each in (person(number), replace(person(number), **colours))
    )
    change = np.abs(crop_face(after.photograph, after.box).astype(int) - crop_face(before.photograph, before.box))
    return change.max(axis=2) > 30, regions(drawn_parts(before))


def near(where: np.ndarray, *names: str) -> np.ndarray:
    """The regions and one pixel around them: pixels on an edge show both sides of it."""
    return cv2.dilate(np.isin(where, names).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)


@pytest.mark.parametrize("conditions", [Conditions(), TILTED, replace(TILTED, yaw=-1.0, roll_deg=-20.0)])
@pytest.mark.parametrize("emotion", ["neutral", "happiness", "surprise", "anger", "disgust"])
class TestPainted:
    def test_brows_and_outside_are_what_another_colour_of_hair_changes(self, emotion, conditions):
        units = dict.fromkeys(FACS_PROTOTYPES[emotion], 1.0)
        changed, where = painted_differently(1, units, conditions, hair=(20, 250, 20))
        assert not (changed & ~near(where, "brows", "outside")).any()
        brows = where == "brows"
        assert brows.sum() > 80
        assert changed[brows].mean() > 0.95

    def test_lips_are_in_the_mouth_down_to_its_lower_edge(self, emotion, conditions):
        units = dict.fromkeys(FACS_PROTOTYPES[emotion], 1.0)
        changed, where = painted_differently(1, units, conditions, lips=(20, 250, 20))
        assert changed.sum() > 40
        assert (changed & ~near(where, "mouth")).sum() <= 4  # the line between the lips pokes out of the corners
        assert near(where, "chin")[changed].sum() > 5

    def test_irises_are_in_the_eyes(self, emotion, conditions):
        units = dict.fromkeys(FACS_PROTOTYPES[emotion], 1.0)
        changed, where = painted_differently(1, units, conditions, iris=(20, 250, 20))
        assert changed.sum() > 4
        assert not (changed & ~near(where, "eyes")).any()

    def test_another_skin_changes_everything_that_is_neither_outside_nor_of_another_colour(self, emotion, conditions):
        units = dict.fromkeys(FACS_PROTOTYPES[emotion], 1.0)
        changed, where = painted_differently(1, units, conditions, skin=(20, 250, 20))
        skin = ~(near(where, "outside", "brows", "eyes", "mouth") | near(where, "nose"))
        assert skin.sum() > 2000
        assert changed[skin].mean() > 0.995  # folds are dark in any skin


def test_mirrored_poses_exchange_left_and_right():
    conditions = Conditions(yaw=0.6, roll_deg=9.0)
    units = {12: 1.0, 14: 1.0}
    box = FaceBox(58, 58, 141, 141)  # around pixel 128, on which heads are drawn
    seen = drawn_parts(draw_face(person(2), units, conditions, one_sided=1), box)
    mirrored = replace(conditions, yaw=-0.6, roll_deg=-9.0)
    other = drawn_parts(draw_face(person(2), units, mirrored, one_sided=-1), box)
    assert (other[:, ::-1] == swap_sides(seen)).mean() > 0.995
    assert (other == seen).mean() < 0.95


def test_parts_follow_the_box_that_is_cut_out():
    drawn = draw_face(person(3), {26: 1.0}, TILTED, size_px=384)
    small, shifted = FaceBox(100, 110, 192, 192), FaceBox(120, 90, 192, 192)
    here, there = drawn_parts(drawn, small), drawn_parts(drawn, shifted)
    np.testing.assert_array_equal(there[10:, :-10], here[:-10, 10:])  # 20 pixels are 10 of the crop


@pytest.mark.parametrize("index", range(8))
def test_every_part_of_the_gallery_is_found_in_the_detectors_crop(index):
    drawn = sample_portrait(index)
    parts = drawn_parts(drawn, detect_faces(drawn.photograph)[0])
    assert np.bincount(parts.ravel(), minlength=len(FACE_PARTS)).min() > 30


def test_action_units_move_the_regions_in_which_they_are_said_to_show(frontal):
    """Most densely one of them; and of all that moves nearly half and more lies in them."""
    moved = {unit: np.zeros(len(FACE_REGIONS)) for unit in ACTION_UNIT_REGIONS}
    area = np.zeros(len(FACE_REGIONS))
    for row in range(3, len(frontal.images), 28):
        where = REGION_OF_PART[picture_parts(frontal, row)]
        area += np.bincount(where.ravel(), minlength=len(FACE_REGIONS))
        for unit, mask in action_unit_masks(frontal, row).items():
            moved[unit] += np.bincount(where[mask], minlength=len(FACE_REGIONS))
    for unit, counts in moved.items():
        assert FACE_REGIONS[int((counts / area).argmax())] in ACTION_UNIT_REGIONS[unit], unit
        listed = [FACE_REGIONS.index(region) for region in ACTION_UNIT_REGIONS[unit]]
        assert counts[listed].sum() > 0.42 * counts.sum(), unit


def test_the_template_holds_most_of_a_drawn_faces_features(frontal):
    """Drawn faces are no photographs; how well the template fits them is told in docs/regions.md."""
    template = regions(template_parts())
    held = {region: [0, 0] for region in FACE_REGIONS}
    for row in range(3, len(frontal.images), 14):
        where = regions(picture_parts(frontal, row))
        for region, counts in held.items():
            counts[0] += ((where == region) & (template == region)).sum()
            counts[1] += (where == region).sum()
    share = {region: inside / both for region, (inside, both) in held.items()}
    assert share["brows"] > 0.85
    assert share["nose"] > 0.95
    assert min(share[region] for region in ("eyes", "mouth", "forehead", "chin")) > 0.65


def test_what_was_not_drawn_has_no_exact_parts(frontal):
    real = replace(frontal, card=replace(frontal.card, name="ck+", title="Extended Cohn-Kanade"))
    with pytest.raises(DataError, match="only built-in faces have exact masks"):
        picture_parts(real, 0)
    with pytest.raises(ConfigError, match="row must be 0-279, got 280"):
        picture_parts(frontal, 280)
