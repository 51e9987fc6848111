"""Diversity of stored runs: on which pictures it is measured, and where it is not defined."""

from dataclasses import replace

import numpy as np
import pytest

from esr_core.config import TrainingConfig
from esr_core.errors import MetricError
from esr_core.evaluation import (
    Ensemble,
    by_class,
    diversity_numbers,
    diversity_table,
    ensemble_of,
    kappa_and_error,
    pair_matrix,
)
from esr_core.metrics import Predictions
from esr_core.metrics.diversity import MEASURES, PAIRWISE, linear_cka
from esr_core.records import RunInfo, RunStatus

NAMES = ("fear", "anger", "joy")
CLASSES = np.array([[0, 0, 0], [1, 1, 1], [2, 2, 2], [0, 0, 1], [1, 1, 0], [2, 0, 1]])  # of three branches
LABELS = np.array([0, 1, 2, 0, 1, 2])
DISAGREEMENT = PAIRWISE["label disagreement"]
RUN = RunInfo("esr", RunStatus(state="finished", updated=0.0), TrainingConfig(data="toy"), 0.0, None, None)


def predicted(classes: np.ndarray = CLASSES, labels: np.ndarray = LABELS) -> Predictions:
    ids = np.array([f"f{n}" for n in range(len(labels))])
    return Predictions(ids, labels, 2.0 * np.eye(3)[classes], NAMES)


@pytest.fixture
def ensemble() -> Ensemble:
    return ensemble_of(RUN, predicted(), "test")


def test_pictures_without_a_class_are_left_out():
    unlabelled = predicted(labels=np.array([0, -1, 2, 0, 1, -1]))
    assert ensemble_of(RUN, unlabelled, "test").predictions.ids.tolist() == ["f0", "f2", "f3", "f4"]


@pytest.mark.parametrize(
    ("predictions", "reason"),
    [
        (predicted(CLASSES[:, :1]), "a single branch has no diversity"),
        (predicted(labels=np.full(6, -1)), "its test part has no pictures"),
    ],
)
def test_what_has_no_diversity_is_refused_with_the_reason(predictions, reason):
    with pytest.raises(MetricError, match=rf"ESR-4 level 3 varied \(esr\) is left out: {reason}"):
        ensemble_of(RUN, predictions, "test")


def test_a_matrix_is_of_the_pictures_of_a_class_alone(ensemble):
    matrix = pair_matrix(ensemble, DISAGREEMENT, ensemble.of_class("joy"))  # f2: 2 2 2, f5: 2 0 1
    np.testing.assert_allclose(matrix, (1 - np.eye(3)) / 2)
    assert np.isnan(pair_matrix(ensemble, DISAGREEMENT, ensemble.of_class("calm"))).all()


def test_the_mean_over_pairs_is_given_class_by_class(ensemble):
    table = by_class({"esr": ensemble}, DISAGREEMENT)
    assert table["class"].tolist() == list(NAMES)
    assert table["pictures"].tolist() == [2, 2, 2]
    np.testing.assert_allclose(table["value"], [1 / 3, 1 / 3, 1 / 2])


def test_features_are_asked_for_the_first_pictures_and_those_of_the_class_compared(ensemble):
    asked = []
    every = np.random.default_rng(0).normal(size=(6, 3, 2))

    def features(run_id: str, ids: np.ndarray) -> np.ndarray:
        asked.append((run_id, ids.tolist()))
        return every[: len(ids)]

    measure = replace(PAIRWISE["feature alignment"], most_images=5)
    matrix = pair_matrix(ensemble, measure, ensemble.of_class("fear"), features)
    assert asked == [("esr", ["f0", "f1", "f2", "f3", "f4"])]
    np.testing.assert_allclose(matrix, linear_cka(every[[0, 3]]))
    with pytest.raises(MetricError, match="feature alignment needs features, got predictions, labels"):
        pair_matrix(ensemble, measure, ensemble.of_class(None))


def test_only_a_pairwise_measure_has_a_matrix(ensemble):
    fleiss = next(measure for measure in MEASURES if not measure.is_pairwise)
    with pytest.raises(MetricError, match="must be a pairwise one"):
        pair_matrix(ensemble, fleiss, np.ones(6, dtype=bool))


def test_affect_has_numbers_where_it_is_the_task_and_they_add_up():
    plain = predicted()
    assert not any(name.endswith(", affect") for name in diversity_numbers(plain))
    affect = np.linspace(-1, 1, 36).reshape(6, 3, 2)
    numbers = diversity_numbers(replace(plain, affect_targets=np.zeros((6, 2)), affect=affect))
    assert list(numbers) == [measure.name for measure in MEASURES if "features" not in measure.needs]
    difference = numbers["branches' error, affect"] - numbers["ambiguity, affect"]
    np.testing.assert_allclose(numbers["ensemble's error, affect"], difference)


def test_the_table_has_a_row_for_each_number_that_a_run_has():
    table = diversity_table({"one": {"double fault": 0.1}, "two": {"double fault": 0.2, "ambiguity": 0.3}})
    assert table.columns.tolist() == ["measure", "more diverse if", "one", "two", "what it says"]
    assert table["measure"].tolist() == ["double fault", "ambiguity"]
    assert table["more diverse if"].tolist() == ["lower", "higher"]
    np.testing.assert_array_equal(table["one"], [0.1, np.nan])


def test_each_pair_of_branches_is_a_point_of_kappa_and_error(ensemble):
    table = kappa_and_error({"esr": ensemble})
    assert table[["first", "second"]].to_numpy().tolist() == [[1, 2], [1, 3], [2, 3]]
    np.testing.assert_allclose(table["error"], [100 / 12, 25, 100 / 3])  # branches err on 0, 1 and 3 of 6
