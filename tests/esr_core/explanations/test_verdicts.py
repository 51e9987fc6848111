"""What the numbers of a map mean, and that the catalogue of verdicts has an answer to all of them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esr_core.explanations import (
    REMARKS,
    VERDICTS,
    Areas,
    Curves,
    Faithfulness,
    MapTrust,
    Randomisation,
    map_trust,
    verdict,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "measures.md"
area = st.floats(0, 1)


def trust(deletion: float, insertion: float, centre: float = 0.5, randomised: float = 0.0) -> MapTrust:
    random = np.array([0.4, 0.6])
    return MapTrust(Areas(deletion, random, centre), Areas(insertion, random, 1 - centre), randomised)


@pytest.mark.parametrize(
    ("measured", "sentence"),
    [
        (trust(0.1, 0.9), "points at what this branch uses, better than every random map"),
        (trust(0.1, 0.5), "finds what the branch needs, but alone that is not enough for it"),
        (trust(0.5, 0.9), "finds what is enough for the branch, but it can do without"),
        (trust(0.55, 0.45), "does no better than a random map: do not rely on it"),
        (trust(0.3, 0.7, centre=0.2), "points at what this branch uses, better than every random map; a blob in the"),
        (trust(0.49, 0.51), "the probability hardly depends on which pixels are changed"),
        (trust(0.47, 0.51), "does no better than a random map"),
        (trust(0.1, 0.9, randomised=0.8), "every random map; it hardly depends on what was learned"),
        (trust(float("nan"), float("nan"), randomised=float("nan")), "is empty: there is no positive evidence to test"),
    ],
)
def test_what_numbers_mean_is_said_in_words(measured, sentence):
    assert sentence in verdict(measured, "branch")


@given(area, area, area, st.floats(-1, 1))
def test_there_is_a_verdict_on_every_map(deletion, insertion, centre, randomised):
    sentence = verdict(trust(deletion, insertion, centre, randomised), "ensemble")
    assert any(sentence.startswith(each.sentence.format(whose="ensemble")) for each in VERDICTS)


def test_the_numbers_of_a_map_are_the_areas_of_its_curves_and_its_last_similarity():
    shares = np.array([0.0, 0.5, 1.0])
    rising, falling = np.array([0.0, 0.5, 1.0]), np.array([1.0, 0.0, 0.0])
    two = Curves(np.stack([rising, falling]), np.stack([falling, rising]))  # of two maps
    measured = Faithfulness(shares, two, Curves(*(curves[None] for curves in two)), two)
    similarity = np.array([[[0.9, 0.8], [0.3, np.nan]], [[0.9, 0.8], [0.1, np.nan]]])  # (R=2, L=2, M=2)
    first, second = (map_trust(measured, Randomisation(("b", "a"), similarity), number) for number in (0, 1))
    assert (first.deletion.own, first.insertion.own) == (0.5, 0.25)
    assert (second.deletion.own, second.insertion.own) == (0.25, 0.5)
    assert first.randomised == pytest.approx(0.2)
    assert np.isnan(second.randomised)


@pytest.mark.parametrize("catalogue", [VERDICTS, REMARKS])
def test_the_document_has_the_tables_of_verdicts(catalogue):
    text = DOCUMENT.read_text(encoding="utf-8")
    assert "\n".join(f"| {each.sentence} | {each.condition} |" for each in catalogue) in text
