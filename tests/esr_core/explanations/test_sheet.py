"""The sheet of all branches: what it says, and that everything it says can be seen."""

from itertools import pairwise

import cv2
import numpy as np
import pytest
import torch

from esr_core.errors import ExplanationError
from esr_core.explanations import Explanation, SheetRow, SheetStyle, explanation_sheet, overlay
from esr_core.explanations.sheet import row_strip

NAMES = ("neutral", "happiness", "sadness")
STYLE = SheetStyle(size_px=120)


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8)


def row_of(picture, probabilities, label="ESR-3 level 3", names=NAMES):
    """A row whose branches have these class probabilities (N, C), with random signed evidence."""
    logits = torch.tensor(probabilities).log()[None]
    evidence = torch.randn(*logits.shape, 7, 7, generator=torch.Generator().manual_seed(0))
    return SheetRow(label, picture, Explanation(logits, evidence), names)


def words_of(strip):
    return {tile.name: tile.lines for tile in strip.tiles}


THREE_BRANCHES = [[0.05, 0.9, 0.05], [0.2, 0.7, 0.1], [0.1, 0.3, 0.6]]


def test_each_branch_says_its_class_and_probability_and_the_ensemble_its_vote(picture):
    strip = row_strip(row_of(picture, THREE_BRANCHES), None, STYLE)
    assert strip.title == "ESR-3 level 3: evidence for each branch's own prediction"
    assert words_of(strip) == {
        "face": (),
        "branch 1": ("happiness 0.90",),
        "branch 2": ("happiness 0.70",),
        "branch 3": ("sadness 0.60",),
        "ensemble": ("vote: happiness, 2 of 3",),
    }


def test_a_chosen_class_is_named_with_its_own_probability(picture):
    strip = row_strip(row_of(picture, THREE_BRANCHES), "sadness", STYLE)
    assert strip.title == "ESR-3 level 3: evidence for sadness"
    assert words_of(strip) == {
        "face": (),
        "branch 1": ("happiness 0.90", "sadness 0.05"),
        "branch 2": ("happiness 0.70", "sadness 0.10"),
        "branch 3": ("sadness 0.60",),
        "ensemble": ("vote: happiness, 2 of 3",),
    }


def test_a_tied_vote_says_how_it_was_decided(picture):
    strip = row_strip(row_of(picture, [[0.05, 0.9, 0.05], [0.2, 0.2, 0.6]]), None, STYLE)
    assert words_of(strip)["ensemble"] == ("vote: happiness, 1 of 2", "a tie, broken by mean probability")


def test_a_map_without_positive_evidence_is_said_to_have_none_and_shows_the_face(picture):
    row = row_of(picture, THREE_BRANCHES)
    row.explanation.evidence[0, 1] = -1.0
    face, _, without, *_ = row_strip(row, None, STYLE).tiles
    assert without.lines == ("happiness 0.70", "no positive evidence")
    assert np.array_equal(without.image, face.image)


@pytest.mark.parametrize(("class_name", "class_idx", "ensemble_idx"), [(None, None, 1), ("sadness", 2, 2)])
def test_tiles_show_the_maps_of_the_class_over_the_face(picture, class_name, class_idx, ensemble_idx):
    row, style = row_of(picture, THREE_BRANCHES), SheetStyle("jet", 0.4, 150)
    maps = [*row.explanation.maps(class_idx)[0], row.explanation.ensemble_maps(ensemble_idx)[0]]
    tiles = row_strip(row, class_name, style).tiles[1:]
    for tile, saliency in zip(tiles, maps, strict=True):
        assert np.array_equal(tile.image, overlay(picture, saliency.numpy(), "jet", 0.4, 150))


def place_of(sheet, image):
    """Left and top of an image inside a sheet that shows its very pixels."""
    difference = cv2.matchTemplate(sheet, image, cv2.TM_SQDIFF)
    assert difference.min() < 1e-6 * (255**2 * image.size), "the image is not on the sheet"
    return divmod(int(difference.argmin()), difference.shape[1])[::-1]


def test_rows_are_ensembles_and_the_last_column_is_the_vote(picture):
    rows = [row_of(picture, THREE_BRANCHES), row_of(255 - picture, [[0.1, 0.8, 0.1]], "single network")]
    sheet = explanation_sheet(rows, style=STYLE)
    above, below = ([place_of(sheet, tile.image) for tile in row_strip(row, None, STYLE).tiles] for row in rows)
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
    places = [place_of(sheet, tile.image) for tile in row_strip(row, None, STYLE).tiles]
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


@pytest.mark.parametrize(
    ("rows", "class_name", "message"),
    [
        ([], None, "rows must hold at least one explanation, got none"),
        ([{}], "surprise", "class_name must be one of neutral, happiness, sadness, got 'surprise'"),
        ([{"names": NAMES[:2]}], None, "class_names must hold 3 names, got 2"),
    ],
)
def test_an_impossible_sheet_is_refused(picture, rows, class_name, message):
    with pytest.raises(ExplanationError, match=message):
        explanation_sheet([row_of(picture, THREE_BRANCHES, **row) for row in rows], class_name)


def test_an_explanation_of_several_faces_is_refused(picture):
    row = SheetRow("ESR", picture, Explanation(torch.zeros(2, 3, 3), torch.zeros(2, 3, 3, 7, 7)), NAMES)
    with pytest.raises(ExplanationError, match="explanation must be of one face, got 2"):
        explanation_sheet([row])


def test_a_sheet_too_small_for_its_words_is_refused(picture):
    with pytest.raises(ExplanationError, match="size_px must be at least 96 on a sheet, got 64"):
        explanation_sheet([row_of(picture, THREE_BRANCHES)], style=SheetStyle(size_px=64))


@pytest.mark.parametrize("num_branches", [1, 9])
def test_on_the_smallest_sheet_the_legend_still_ends_inside_the_margin(picture, num_branches):
    sheet = explanation_sheet([row_of(picture, [[0.1, 0.8, 0.1]] * num_branches)], style=SheetStyle(size_px=96))
    assert (sheet[-40:, -24:] == 255).all()
