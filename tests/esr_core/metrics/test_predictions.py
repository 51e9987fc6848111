"""Predictions go to a table and come back, and say what they hold."""

import numpy as np
import pandas as pd
import pytest

from esr_core.errors import MetricError
from esr_core.metrics import Predictions

LOGITS = np.array([[[2.0, 0.0], [0.0, 3.0], [0.0, 1.0]], [[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]]])  # (2, 3, 2)


def predictions(class_names: tuple[str, ...] = ("neutral", "happiness"), with_affect: bool = True) -> Predictions:
    affect = (np.array([[0.1, -0.2], [0.5, 0.6]]), np.arange(12).reshape(2, 3, 2) / 12) if with_affect else ()
    return Predictions(np.array(["a", "b"]), np.array([1, 0]), LOGITS, class_names, *affect)


@pytest.mark.parametrize("names", [("neutral", "happiness"), ("b1_x", "valence_b1"), ("id", "label"), ("a\nb", "")])
@pytest.mark.parametrize("with_affect", [True, False])
def test_a_table_is_read_back(names, with_affect):
    original = predictions(names, with_affect)
    again = Predictions.from_table(original.to_table())
    assert again.class_names == names
    assert again.ids.tolist() == ["a", "b"]
    assert again.labels.tolist() == [1, 0]
    np.testing.assert_array_equal(again.logits, LOGITS)
    if with_affect:
        np.testing.assert_array_equal(again.affect, original.affect)
        np.testing.assert_array_equal(again.affect_targets, original.affect_targets)
    else:
        assert again.affect is None


def test_classes_and_vote_by_hand():
    said = predictions()
    assert said.classes.tolist() == [[0, 1, 1], [0, 0, 1]]
    assert said.vote.predictions.tolist() == [1, 0]
    np.testing.assert_allclose(said.probabilities.sum(axis=2), 1)
    np.testing.assert_allclose(said.mean_probability, said.probabilities.mean(axis=1))


@pytest.mark.parametrize("columns", [["label", "b1_x"], ["id", "b1_x"], ["id", "label", "b1_x", "b1_y", "b2_x"]])
def test_a_table_without_all_columns_is_refused(columns):
    table = pd.DataFrame({name: [0] for name in columns})
    with pytest.raises(MetricError, match="predictions need columns id, label and b<branch>_<class>, got"):
        Predictions.from_table(table)


def test_some_of_the_pictures_are_chosen_with_all_that_is_known_of_them():
    logits = np.arange(12.0).reshape(3, 2, 2)
    affect = np.arange(12.0).reshape(3, 2, 2) / 12
    whole = Predictions(np.array(["a", "b", "c"]), np.array([0, 1, 0]), logits, ("x", "y"), affect[:, 0], affect)
    some = whole.where(np.array([True, False, True]))
    assert some.ids.tolist() == ["a", "c"]
    assert some.labels.tolist() == [0, 0]
    for name, values in (("logits", logits), ("affect_targets", affect[:, 0]), ("affect", affect)):
        np.testing.assert_array_equal(getattr(some, name), values[[0, 2]])
