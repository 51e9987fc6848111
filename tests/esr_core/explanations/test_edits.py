from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from esr_core.errors import ExplanationError
from esr_core.explanations import Edits, box_mask, edited
from esr_core.records import FaceBox


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8)


@pytest.mark.parametrize("hidden", [None, np.zeros((96, 96), bool)])
@pytest.mark.parametrize("edits", [Edits(), Edits(rotation_deg=360)])
def test_without_an_edit_no_bit_changes_and_the_result_is_a_copy(picture, edits, hidden):
    before = picture.copy()
    result = edited(picture, edits, hidden)
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, before)
    result[:] = 0
    np.testing.assert_array_equal(picture, before)


@pytest.mark.parametrize("edits", [Edits(blur_px=2), Edits(brightness=0.5), Edits(flip=True), Edits(rotation_deg=10)])
def test_an_edit_changes_the_result_and_not_the_picture(picture, edits):
    before = picture.copy()
    assert (edited(picture, edits) != before).any()
    np.testing.assert_array_equal(picture, before)


def test_flipping_swaps_left_and_right(picture):
    np.testing.assert_array_equal(edited(picture, Edits(flip=True)), np.fliplr(picture))


@pytest.mark.parametrize(("angle", "quarters"), [(90, 1), (180, 2), (-90, 3)])
def test_a_quarter_turn_is_numpys(picture, angle, quarters):
    np.testing.assert_array_equal(edited(picture, Edits(rotation_deg=angle)), np.rot90(picture, quarters))


def test_turning_uncovers_no_black_corner():
    white = np.full((96, 96, 3), 200, np.uint8)
    np.testing.assert_array_equal(edited(white, Edits(rotation_deg=45)), white)


def test_blur_is_a_gaussian(picture):
    smooth = np.stack(
        [gaussian_filter(picture[..., k].astype(float), 3, mode="reflect", truncate=4) for k in range(3)], axis=2
    )
    np.testing.assert_allclose(edited(picture, Edits(blur_px=3)), smooth, atol=2)


def test_brightness_is_a_factor_up_to_white():
    picture = np.full((96, 96, 3), 101, np.uint8)
    assert [int(edited(picture, Edits(brightness=b))[0, 0, 0]) for b in (0, 0.5, 2, 3)] == [0, 50, 202, 255]


def test_a_box_is_hidden_at_the_mean_brightness_and_nothing_else_changes(picture):
    mask = box_mask(FaceBox(10, 20, 30, 40))
    result = edited(picture, Edits(), mask)
    assert mask.sum() == 30 * 40
    assert (result[20:60, 10:40] == round(picture.mean())).all()
    np.testing.assert_array_equal(result[~mask], picture[~mask])


def test_what_is_hidden_is_named_where_the_picture_shows_it(picture):
    both = edited(picture, Edits(flip=True), box_mask(FaceBox(0, 0, 10, 96)))
    assert (both[:, 86:] == round(picture.mean())).all()
    np.testing.assert_array_equal(both[:, :86], np.fliplr(picture)[:, :86])


@pytest.mark.parametrize(
    ("box", "size"),
    [
        (FaceBox(-5, -5, 10, 10), 25),
        (FaceBox(90, 90, 10, 10), 36),
        (FaceBox(-9, 0, 5, 5), 0),
        (FaceBox(99, 0, 5, 5), 0),
    ],
)
def test_a_box_ends_where_the_picture_ends(box, size):
    assert box_mask(box).sum() == size


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Edits(blur_px=-1), "blur_px must be at least 0, got -1"),
        (lambda: Edits(brightness=float("nan")), "brightness must be at least 0, got nan"),
        (lambda: Edits(rotation_deg=float("inf")), "rotation_deg must be a finite number, got inf"),
        (lambda: edited(np.zeros((96, 96, 3)), Edits()), r"picture must be uint8 \(96, 96, 3\), got float64"),
        (lambda: edited(np.zeros((9, 9, 3), np.uint8), Edits()), r"picture must be uint8 .* \(9, 9, 3\)"),
        (
            lambda: edited(np.zeros((96, 96, 3), np.uint8), Edits(), np.zeros((96, 96))),
            r"hidden must be bool \(96, 96\), got float64",
        ),
    ],
)
def test_impossible_arguments_are_refused(call, message):
    with pytest.raises(ExplanationError, match=message):
        call()


def test_edits_cannot_be_altered():
    with pytest.raises(FrozenInstanceError):
        Edits().flip = True
