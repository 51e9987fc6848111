import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score, precision_recall_fscore_support

from esr_core.errors import MetricError
from esr_core.metrics import class_scores, confusion_counts, confusion_shares

LABELS = np.array([0, 0, 0, 0, 1, 1, 3])
PREDICTIONS = np.array([0, 0, 0, 1, 1, 2, 3])  # class 2 has no picture and is predicted once


def test_scores_by_hand():
    scores = class_scores(PREDICTIONS, LABELS, num_classes=5)
    np.testing.assert_allclose(scores.recall, [3 / 4, 1 / 2, np.nan, 1, np.nan])
    np.testing.assert_allclose(scores.precision, [1, 1 / 2, 0, 1, np.nan])
    np.testing.assert_allclose(scores.f1, [6 / 7, 1 / 2, np.nan, 1, np.nan])
    assert scores.pictures.tolist() == [4, 2, 0, 1, 0]


def test_means_over_classes_leave_out_those_without_pictures():
    scores = class_scores(PREDICTIONS, LABELS, num_classes=5)
    assert scores.balanced_accuracy == pytest.approx((3 / 4 + 1 / 2 + 1) / 3)
    assert scores.macro_f1 == pytest.approx((6 / 7 + 1 / 2 + 1) / 3)


def test_where_all_classes_have_pictures_the_means_are_scikit_learns():
    rng = np.random.default_rng(0)
    labels, predictions = rng.integers(8, size=500), rng.integers(8, size=500)
    scores = class_scores(predictions, labels, num_classes=8)
    assert scores.balanced_accuracy == pytest.approx(balanced_accuracy_score(labels, predictions))
    assert scores.macro_f1 == pytest.approx(f1_score(labels, predictions, average="macro"))


def test_scores_of_each_class_are_scikit_learns():
    rng = np.random.default_rng(1)
    labels, predictions = rng.integers(7, size=500), rng.integers(1, 8, size=500)  # no picture of 7, no guess of 0
    scores = class_scores(predictions, labels, num_classes=8)
    precision, recall, f1, pictures = precision_recall_fscore_support(
        labels, predictions, labels=range(8), average=None, zero_division=np.nan
    )
    np.testing.assert_allclose(scores.precision, precision)
    np.testing.assert_allclose(scores.recall, recall)
    np.testing.assert_allclose(scores.f1[:7], f1[:7])
    assert scores.pictures.tolist() == pictures.tolist()


def test_without_pictures_nothing_is_defined():
    nothing = np.array([], dtype=int)
    scores = class_scores(nothing, nothing, num_classes=3)
    assert np.isnan([scores.balanced_accuracy, scores.macro_f1, *scores.recall, *scores.precision]).all()
    assert confusion_counts(nothing, nothing, num_classes=3).sum() == 0


def test_confusions_have_a_row_for_each_labelled_class():
    counts = confusion_counts(PREDICTIONS, LABELS, num_classes=4)
    assert counts.tolist() == [[3, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 1]]
    expected = [[3 / 4, 1 / 4, 0, 0], [0, 1 / 2, 1 / 2, 0], [np.nan] * 4, [0, 0, 0, 1]]
    np.testing.assert_allclose(confusion_shares(counts), expected)


def test_small_integers_do_not_overflow():
    labels = np.full(3, 11, dtype=np.int8)
    assert confusion_counts(labels, labels, num_classes=12)[11, 11] == 3


@pytest.mark.parametrize("measure", [class_scores, confusion_counts])
@pytest.mark.parametrize(
    ("predictions", "labels", "sentence"),
    [
        ([0, 1], [0, 1, 1], r"must both be \(B,\), got \(2,\) and \(3,\)"),
        ([0, 3], [0, 1], "predictions must be class indices 0-2, got 3"),
        ([0, 1], [0, -1], "labels must be class indices 0-2, got -1"),
    ],
)
def test_what_does_not_fit_is_refused(measure, predictions, labels, sentence):
    with pytest.raises(MetricError, match=sentence):
        measure(np.array(predictions), np.array(labels), num_classes=3)
