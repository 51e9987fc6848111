"""The emotion classes: their order, and that everything said about them covers them all."""

import re

import pytest

from esr_core.emotions import (
    ACTION_UNIT_NAMES,
    ACTION_UNIT_REGIONS,
    COLOURS,
    EMOTIONS,
    FACE_PARTS,
    FACE_REGIONS,
    FACS_PROTOTYPES,
)


def test_the_order_is_that_of_the_papers_figures():
    assert ", ".join(EMOTIONS) == "neutral, happiness, sadness, surprise, fear, disgust, anger, contempt"


def test_every_emotion_has_a_colour_of_its_own():
    assert tuple(COLOURS) == EMOTIONS
    assert len(set(COLOURS.values())) == len(EMOTIONS)
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in COLOURS.values())


def test_every_emotion_has_a_prototype_of_its_own_made_of_named_action_units():
    assert tuple(FACS_PROTOTYPES) == EMOTIONS
    assert len(set(FACS_PROTOTYPES.values())) == len(EMOTIONS)
    used = {unit for units in FACS_PROTOTYPES.values() for unit in units}
    assert used == set(ACTION_UNIT_NAMES)


def test_a_smile_is_cheek_raiser_and_lip_corner_puller():
    assert [ACTION_UNIT_NAMES[unit] for unit in FACS_PROTOTYPES["happiness"]] == ["cheek raiser", "lip corner puller"]


def test_every_action_unit_shows_in_regions_of_the_face():
    assert tuple(ACTION_UNIT_REGIONS) == tuple(ACTION_UNIT_NAMES)
    shown = {region for regions in ACTION_UNIT_REGIONS.values() for region in regions}
    assert shown == set(FACE_REGIONS) - {"outside"}


def test_what_there_is_two_of_has_a_left_and_a_right():
    for region in FACE_REGIONS:
        parts = [part for part in FACE_PARTS if FACE_PARTS[part] == region]
        one = region.removesuffix("s")
        assert parts == ([region] if one == region else [f"left {one}", f"right {one}"])


@pytest.mark.parametrize("table", [COLOURS, FACS_PROTOTYPES, ACTION_UNIT_NAMES, FACE_PARTS, ACTION_UNIT_REGIONS])
def test_the_tables_cannot_be_altered(table):
    with pytest.raises(TypeError):
        table["neutral"] = None
