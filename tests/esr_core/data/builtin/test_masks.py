"""Masks against what is known without them: faces' anatomy, and the pictures that the set really holds."""

from dataclasses import replace

import numpy as np
import pytest

from esr_core.data.builtin import action_unit_masks, builtin_source
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedSet
from esr_core.emotions import ACTION_UNIT_NAMES, EMOTIONS
from esr_core.errors import ConfigError, DataError

EYES_Y, NOSE_Y = 38, 57  # of 96 rows, where a frontal face in the middle of its crop has its eyes and its nose's tip


@pytest.fixture(scope="module")
def posed(tmp_path_factory) -> PreparedSet:
    """Drawn people as far from the frontal studio as they come, 28 sequences: every emotion of four people."""
    folder = tmp_path_factory.mktemp("masks") / "hard"
    prepare(builtin_source(4, 7, difficulty="hard"), folder)
    return PreparedSet.open(folder)


@pytest.fixture(scope="module")
def frontal(prepared_faces) -> PreparedSet:
    """Ten people in every emotion, little turned."""
    return PreparedSet.open(prepared_faces / "tiny")


def apex_rows(prepared: PreparedSet, emotion: str | None = None) -> list[int]:
    at_apex = prepared.labels["frame"] == 3
    wanted = at_apex if emotion is None else at_apex & (prepared.labels["emotion"] == EMOTIONS.index(emotion))
    return np.flatnonzero(wanted).tolist()


def centre(mask: np.ndarray) -> np.ndarray:
    """Row and column."""
    return np.argwhere(mask).mean(axis=0)


def change(prepared: PreparedSet, row: int) -> np.ndarray:
    """How far each pixel of an apex is from the neutral frame of its sequence, three rows before it."""
    return np.abs(prepared.images[row].astype(float) - prepared.images[row - 3]).max(axis=2)


def test_every_unit_has_a_region_in_every_picture(posed):
    for row in range(0, len(posed.images), 13):
        masks = action_unit_masks(posed, row)
        assert list(masks) == list(ACTION_UNIT_NAMES)
        for mask in masks.values():
            assert (mask.shape, mask.dtype) == ((96, 96), bool)
            assert 20 < mask.sum() < 96 * 96 / 3


def test_brows_move_above_the_eyes_and_mouths_below_the_nose(frontal):
    for row in apex_rows(frontal)[::5]:
        masks = action_unit_masks(frontal, row)
        for unit in (1, 2, 4):
            assert centre(masks[unit])[0] < EYES_Y
        for unit in (5, 6, 7):
            assert abs(centre(masks[unit])[0] - EYES_Y) < 8
        for unit in (12, 14, 15, 16, 20, 23, 26):
            assert centre(masks[unit])[0] > NOSE_Y


def test_contempt_is_on_the_side_that_the_picture_shows_and_a_smile_on_both(frontal):
    sides = set()
    for row in apex_rows(frontal, "contempt"):
        left, right = np.array_split(action_unit_masks(frontal, row, [14])[14], 2, axis=1)
        seen_left, seen_right = np.array_split(change(frontal, row), 2, axis=1)
        assert max(left.sum(), right.sum()) > 1.5 * min(left.sum(), right.sum())
        assert (left.sum() > right.sum()) == (seen_left.sum() > seen_right.sum())
        sides.add(bool(left.sum() > right.sum()))
    assert sides == {True, False}
    for row in apex_rows(frontal, "happiness"):
        left, right = np.array_split(action_unit_masks(frontal, row, [12])[12], 2, axis=1)
        assert 0.6 < left.sum() / right.sum() < 1.7


def test_what_changes_from_neutral_to_apex_lies_in_the_masks_of_the_units_shown(posed):
    """Also in turned, tilted, moved and resized faces: the mask of another picture fits less."""
    units = [int(name[2:]) for name in posed.labels if name.startswith("au")]
    rows = apex_rows(posed)
    shown = {row: [unit for unit in units if posed.labels[f"au{unit:02d}"].iloc[row] > 0.25] for row in rows}
    fits = []
    for row, other in zip(rows, rows[7:] + rows[:7], strict=True):  # the same emotion of somebody else
        if shown[row]:
            own, foreign = (
                np.any(list(action_unit_masks(posed, each, shown[row]).values()), axis=0) for each in (row, other)
            )
            changed = change(posed, row)
            fits.append([changed[mask].mean() / changed[~mask].mean() for mask in (own, foreign)])
    own, foreign = np.array(fits).T
    assert len(own) > 20
    assert np.median(own) > 2
    assert (own > foreign).mean() > 0.8


def test_other_units_stay_as_the_picture_shows_them(frontal):
    """A dropped jaw takes the lower lip, and what AU16 would do to it, down with it."""
    dropped = [row for row in apex_rows(frontal, "surprise") if frontal.labels["au26"].iloc[row] > 0.5]
    assert dropped
    for row in dropped:
        apex, neutral = (action_unit_masks(frontal, each, [16])[16] for each in (row, row - 3))
        assert centre(apex)[0] > centre(neutral)[0] + 2


def test_the_same_question_has_the_same_answer_alone_and_among_others(posed):
    masks = action_unit_masks(posed, 7)
    for unit in (4, 12):
        np.testing.assert_array_equal(action_unit_masks(posed, 7, [unit])[unit], masks[unit])


def test_the_region_does_not_depend_on_how_strongly_a_unit_is_shown(frontal):
    """Two frames of one sequence differ in the strength of the pose alone."""
    early, apex = (action_unit_masks(frontal, row, [12])[12] for row in (1, 3))
    assert (early & apex).sum() > 0.7 * (early | apex).sum()


def test_what_was_not_drawn_has_no_masks(frontal):
    real = replace(frontal, card=replace(frontal.card, name="ck+", title="Extended Cohn-Kanade"))
    with pytest.raises(DataError, match=r"only built-in faces have exact masks: .* is Extended Cohn-Kanade"):
        action_unit_masks(real, 0)


def test_faces_drawn_by_another_version_have_no_masks(frontal):
    other = replace(frontal, card=replace(frontal.card, options={"difficulty": "easy", "seed": 1}))
    with pytest.raises(
        DataError, match=r"was drawn by another version: its p001-s1-f3 differs .* prepare the set again"
    ):
        action_unit_masks(other, 3)


def test_impossible_choices_are_named(frontal):
    with pytest.raises(ConfigError, match=r"row must be 0-279, got 280"):
        action_unit_masks(frontal, 280)
    with pytest.raises(ConfigError, match=r"action_units must be among 1, 2, 4, .*, got 3"):
        action_unit_masks(frontal, 0, [1, 3])
