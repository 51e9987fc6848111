"""The catalogue of measures says what its functions do, and a further record is all that a further measure needs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esr_core.errors import MetricError
from esr_core.metrics import diversity
from esr_core.metrics.diversity import MEASURES, PAIRWISE, RECORDED, Measure, measures

DOCUMENT = Path(__file__).parents[4] / "docs" / "measures.md"


def inputs(probabilities: np.ndarray, labels: np.ndarray, features: np.ndarray, affect: np.ndarray) -> dict:
    """Everything that a measure can need; valence and arousal are labelled 0."""
    return {
        "predictions": probabilities.argmax(axis=2),
        "labels": labels,
        "probabilities": probabilities,
        "features": features,
        "affect": affect,
        "affect_targets": np.zeros((len(labels), 2)),
    }


def branches_that_share(share: float, seed: int = 0) -> dict:
    """Three branches that decide alike on a share of 400 images and each for itself on the others."""
    rng = np.random.default_rng(seed)

    def mixed(common: np.ndarray, own: np.ndarray) -> np.ndarray:
        alike = rng.random(400).reshape(-1, *[1] * (own.ndim - 1)) < share
        return np.where(alike, common, own)

    labels = rng.integers(0, 4, 400)
    towards = np.eye(4)[labels][:, None]  # right more often than not
    single, several = (rng.dirichlet(np.ones(4), (400, n)) for n in (1, 3))
    probabilities = (mixed(single, several) + 0.5 * towards) / 1.5
    features = mixed(rng.normal(size=(400, 1, 5)), rng.normal(size=(400, 3, 5)))
    affect = mixed(rng.normal(size=(400, 1, 2)), rng.normal(size=(400, 3, 2)))
    return inputs(probabilities, labels, features, affect)


def swapped(predictions: np.ndarray) -> np.ndarray:
    """A further pairwise measure: share of images on which the second branch names the class after the first's."""
    return (predictions[:, :, None] + 1 == predictions[:, None, :]).mean(axis=0)


FURTHER = Measure(
    "next class", "next_class", swapped, needs=("predictions",),
    is_pairwise=True, more_diverse="higher", lowest=0, highest=1,
    question="How often is one a class further?", meaning="share of pairs one class apart", source="this test",
)  # fmt: skip


def test_names_and_keys_are_unique():
    assert len({measure.name for measure in MEASURES}) == len({measure.key for measure in MEASURES}) == len(MEASURES)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.key)
@given(share=st.floats(0, 1), seed=st.integers(0, 99))
@settings(max_examples=10)
def test_every_measure_stays_in_its_range(measure, share, seed):
    value = measure.number(branches_that_share(share, seed))
    assert np.isnan(value) or measure.lowest - 1e-9 <= value <= measure.highest + 1e-9


@pytest.mark.parametrize("measure", [m for m in MEASURES if m.more_diverse], ids=lambda measure: measure.key)
def test_every_measure_grows_or_falls_with_diversity_as_it_says(measure):
    alike, apart = (measure.number(branches_that_share(share)) for share in (0.9, 0.1))
    assert (apart > alike) == (measure.more_diverse == "higher")


@pytest.mark.parametrize("measure", PAIRWISE.values(), ids=lambda measure: measure.key)
def test_every_pairwise_measure_is_a_symmetric_matrix_with_a_caption(measure):
    matrix = measure.of(branches_that_share(0.5))
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12)
    assert matrix.shape == (3, 3)
    assert measure.caption


def test_what_validation_points_hold_needs_decisions_and_labels_alone():
    assert {measure.key for measure in RECORDED.values()} == {
        measure.key for measure in MEASURES if not {"features", "affect"} & set(measure.needs)
    }


def test_a_further_measure_is_one_function_and_one_record():
    predictions = np.array([[0, 1], [1, 2], [0, 0]])
    labels, probabilities = np.array([0, 1, 0]), np.eye(3)[predictions]
    known = diversity.overview(predictions, labels, probabilities)
    further = diversity.overview(predictions, labels, probabilities, [*RECORDED.values(), FURTHER])
    assert further.pop("next_class") == pytest.approx(2 / 3)
    np.testing.assert_equal(further, known)


def test_only_as_many_images_are_taken_as_a_measure_asks_for():
    predictions = np.array([[0, 1], [1, 2], [0, 0]])
    of_two = replace(FURTHER, most_images=2)
    assert of_two.number({"predictions": predictions}) == 1


def test_what_a_measure_lacks_is_named():
    with pytest.raises(MetricError, match="feature alignment needs features, got predictions"):
        PAIRWISE["feature alignment"].of({"predictions": np.zeros((2, 2), dtype=int)})


def test_the_caption_of_feature_alignment_names_the_widths_of_both_networks():
    assert measures.WIDTHS == "64 in the lab and 512 in the wild"


def test_the_document_has_the_table_of_the_catalogue():
    rows = [[m.name, m.question, m.meaning, m.more_diverse, bounds(m), ", ".join(m.needs), m.source] for m in MEASURES]
    text = DOCUMENT.read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if line.startswith("|")]
    head = "| measure | question | what it says | more diverse if | range | needs | source |"
    start = table.index(head) + 2
    assert table[start : start + len(rows)] == [f"| {' | '.join(row)} |" for row in rows]


def bounds(measure: Measure) -> str:
    return f"{measure.lowest:g} to {'any' if np.isinf(measure.highest) else f'{measure.highest:g}'}"
