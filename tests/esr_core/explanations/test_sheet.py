"""The sheet of all branches: what it says, and that everything it says can be seen."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from esr_core.errors import ExplanationError
from esr_core.explanations import AttributionSettings, FaceMaps, SheetRow, SheetStyle, explanation_sheet, overlay
from esr_core.explanations.overlay import paint
from esr_core.explanations.sheet import drawn, drawn_grid, row_strip

NAMES = ("neutral", "happiness", "sadness")
STYLE = SheetStyle(size_px=120)


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8)


def row_of(picture, probabilities, label="ESR-3 level 3", names=NAMES, **asked):
    """A row whose branches have these class probabilities (N, C), with random signed maps."""
    logits = np.log(probabilities)
    maps = np.random.default_rng(0).normal(size=(len(logits) + 1, 7, 7)).astype(np.float32)
    face_maps = FaceMaps(AttributionSettings(**asked), names, logits, maps[:-1], maps[-1])
    return SheetRow(label, picture, face_maps)


def words_of(strip):
    return {tile.name: tile.lines for tile in strip.tiles}


THREE_BRANCHES = [[0.05, 0.9, 0.05], [0.2, 0.7, 0.1], [0.1, 0.3, 0.6]]


def test_each_branch_says_its_class_and_probability_and_the_ensemble_its_vote(picture):
    strip = row_strip(row_of(picture, THREE_BRANCHES), STYLE)
    assert strip.title == "ESR-3 level 3: Grad-CAM for each branch's own prediction"
    assert words_of(strip) == {
        "face": (),
        "branch 1": ("happiness 0.90",),
        "branch 2": ("happiness 0.70",),
        "branch 3": ("sadness 0.60",),
        "ensemble": ("happiness 2 of 3 votes",),
    }


def test_a_chosen_class_is_named_with_its_own_probability(picture):
    strip = row_strip(row_of(picture, THREE_BRANCHES, class_idx=2), STYLE)
    assert strip.title == "ESR-3 level 3: Grad-CAM for sadness"
    assert words_of(strip) == {
        "face": (),
        "branch 1": ("sadness 0.05", "predicts happiness 0.90"),
        "branch 2": ("sadness 0.10", "predicts happiness 0.70"),
        "branch 3": ("sadness 0.60",),
        "ensemble": ("sadness 1 of 3 votes",),
    }


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ({"method": "occlusion", "class_idx": 1}, "Occlusion for happiness"),
        ({"block": 2, "class_idx": 0, "quantity": "probability"}, "Grad-CAM at block 2 for the probability of neutral"),
        ({"method": "saliency", "quantity": "valence"}, "Saliency for valence"),
    ],
)
def test_a_row_is_titled_by_its_method_and_subject(picture, asked, title):
    assert row_of(picture, THREE_BRANCHES, **asked).maps.title == title


def test_of_affect_each_says_its_value_and_the_ensemble_the_mean(picture):
    maps = row_of(picture, THREE_BRANCHES, quantity="arousal").maps
    told = replace(maps, affect=np.array([[0.9, 0.3], [0.9, -0.5], [0.9, -0.1]])).captions()
    assert [(caption.prediction, caption.number) for caption in told] == [
        ("arousal", number) for number in ("+0.30", "-0.50", "-0.10", "-0.10")
    ]
    with pytest.raises(ExplanationError, match="affect must be given for arousal, got none"):
        maps.captions()


def test_maps_that_do_not_fit_their_branches_are_refused(picture):
    maps = row_of(picture, THREE_BRANCHES).maps
    with pytest.raises(ExplanationError, match=r"branches must be 3 maps like .* \(7, 7\), got \(2, 7, 7\)"):
        replace(maps, branches=maps.branches[:2])


def test_a_tied_vote_says_how_it_was_decided(picture):
    strip = row_strip(row_of(picture, [[0.05, 0.9, 0.05], [0.2, 0.2, 0.6]]), STYLE)
    assert words_of(strip)["ensemble"] == ("happiness 1 of 2 votes", "tie, decided by mean probability")


def test_a_map_without_positive_evidence_is_said_to_have_none_and_shows_the_face(picture):
    row = row_of(picture, THREE_BRANCHES)
    row.maps.branches[1] = -1.0
    face, _, without, *_ = row_strip(row, STYLE).tiles
    assert without.lines == ("happiness 0.70", "no positive evidence")
    assert np.array_equal(without.image, face.image)
    _, _, against, *_ = row_strip(row, SheetStyle("blue-red")).tiles
    assert against.lines == ("happiness 0.70",), "evidence against is evidence where it is drawn"
    row.maps.branches[1] = 0.0
    assert row_strip(row, SheetStyle("blue-red")).tiles[2].lines == ("happiness 0.70", "no evidence")


@pytest.mark.parametrize("colour_map", ["jet", "blue-red"])
def test_tiles_show_the_maps_over_the_face(picture, colour_map):
    row, style = row_of(picture, THREE_BRANCHES), SheetStyle(colour_map, 0.4, 150)
    tiles = row_strip(row, style).tiles[1:]
    for tile, saliency in zip(tiles, row.maps.maps, strict=True):
        assert np.array_equal(tile.image, overlay(picture, saliency, colour_map, 0.4, 150))


def test_in_the_grid_each_value_is_a_cell_of_one_colour(picture):
    saliency = row_of(picture, THREE_BRANCHES).maps.branches[0]
    cells = drawn_grid(picture, saliency, SheetStyle(opacity=1.0, size_px=210))
    grid = cells.reshape(7, 30, 7, 30, 3)
    assert (grid == grid[:, :1, :, :1]).all()
    expected = paint(np.maximum(saliency, 0) / saliency.max())
    np.testing.assert_allclose(grid[:, 0, :, 0].astype(int), expected.astype(int), atol=1)


def test_the_grid_is_below_the_smooth_map_and_its_words_below_both(picture):
    row, style = row_of(picture, THREE_BRANCHES), SheetStyle(size_px=120, grid=True)
    sheet = explanation_sheet([row], style)
    for saliency in row.maps.maps:
        left, top = place_of(sheet, drawn(picture, saliency, style))
        below_left, below_top = place_of(sheet, drawn_grid(picture, saliency, style))
        assert below_left == left
        assert top + 120 < below_top < top + 140
        under = sheet[below_top + 120 : -60, left : left + 120]
        assert (under < 128).any(), "no words"
    plain = explanation_sheet([row], replace(style, grid=False))
    assert len(sheet) - len(plain) == below_top - top


def test_with_one_scale_a_row_s_strongest_map_alone_reaches_the_last_colour(picture):
    row = row_of(picture, THREE_BRANCHES)
    row.maps.branches[:] = np.ones((7, 7)) * np.array([[[4]], [[2]], [[1]]])
    style = SheetStyle(opacity=1.0, size_px=120, shared_scale=True)
    for tile, share in zip(row_strip(row, style).tiles[1:4], (1, 0.5, 0.25), strict=True):
        np.testing.assert_allclose(tile.image[60, 60].astype(int), paint(np.array([[share]]))[0, 0], atol=1)
    assert not np.array_equal(
        explanation_sheet([row], style), explanation_sheet([row], replace(style, shared_scale=False))
    )


def test_one_pixel_does_not_take_all_colour_from_a_map_as_fine_as_the_face(picture):
    saliency = np.full((96, 96), 0.5)
    saliency[0, 0] = 100.0
    colours = drawn(picture, saliency, SheetStyle(opacity=1.0))
    assert np.array_equal(colours[50, 50], paint(np.ones((1, 1)))[0, 0])


def place_of(sheet, image):
    """Left and top of an image inside a sheet that shows its very pixels."""
    difference = cv2.matchTemplate(sheet, image, cv2.TM_SQDIFF)
    assert difference.min() < 1e-6 * (255**2 * image.size), "the image is not on the sheet"
    return divmod(int(difference.argmin()), difference.shape[1])[::-1]


def test_rows_are_ensembles_and_the_last_column_is_the_vote(picture):
    rows = [row_of(picture, THREE_BRANCHES), row_of(255 - picture, [[0.1, 0.8, 0.1]], "single network")]
    sheet = explanation_sheet(rows, style=STYLE)
    above, below = ([place_of(sheet, tile.image) for tile in row_strip(row, STYLE).tiles] for row in rows)
    assert len({top for _, top in above}) == 1
    lefts = [left for left, _ in above]
    assert lefts == sorted(lefts)
    assert lefts[0] == sheet.shape[1] - (lefts[-1] + STYLE.size_px), "left and right margins differ"
    assert below[0][0] == lefts[0]
    assert below[1][0] == lefts[1]
    assert below[0][1] > above[0][1] + STYLE.size_px


LONG_NAME = "Verachtungsvollherablassendheitsausdruck of someone surprised and a little embarrassed"


def test_captions_stay_in_their_column(picture):
    row = row_of(picture, [[0.1, 0.9]] * 3, names=("neutral", LONG_NAME))
    sheet = explanation_sheet([row], style=STYLE)
    places = [place_of(sheet, tile.image) for tile in row_strip(row, STYLE).tiles]
    captions = sheet[places[0][1] + STYLE.size_px : -60]  # above the legend
    for (left, _), (following, _) in pairwise(places):
        assert (captions[:, left + STYLE.size_px : following] == 255).all()
    assert (captions[-8:] == 255).all(), "the last line is cut off"


def test_a_longer_name_makes_the_sheet_higher_not_wider(picture):
    short, long = (
        explanation_sheet([row_of(picture, [[0.1, 0.9]], names=("neutral", name))], style=STYLE).shape
        for name in ("happiness", LONG_NAME)
    )
    assert long[0] > short[0]
    assert long[1] == short[1]


def test_an_empty_sheet_is_refused():
    with pytest.raises(ExplanationError, match="rows must hold at least one ensemble's maps, got none"):
        explanation_sheet([])


def test_names_that_are_not_those_of_the_logits_are_refused(picture):
    with pytest.raises(ExplanationError, match="class_names must hold 3 names, got 2"):
        row_of(picture, THREE_BRANCHES, names=NAMES[:2])


def test_a_sheet_too_small_for_its_words_is_refused(picture):
    with pytest.raises(ExplanationError, match="size_px must be at least 96 on a sheet, got 64"):
        explanation_sheet([row_of(picture, THREE_BRANCHES)], style=SheetStyle(size_px=64))


@pytest.mark.parametrize("num_branches", [1, 9])
def test_on_the_smallest_sheet_the_legend_still_ends_inside_the_margin(picture, num_branches):
    sheet = explanation_sheet([row_of(picture, [[0.1, 0.8, 0.1]] * num_branches)], style=SheetStyle(size_px=96))
    assert (sheet[-40:, -24:] == 255).all()
