import numpy as np
import pytest

from esr_core.errors import MetricError
from esr_core.metrics import Predictions
from esr_core.metrics.scores import (
    AFFECT_MEASURES,
    MEASURES,
    absent_classes,
    accuracy_by_attribute,
    affect_table,
    measures,
    score_table,
    verdicts,
)


def saying(classes: list[list[int]], labels: list[int], num_classes: int = 3, **affect: np.ndarray) -> Predictions:
    """Predictions of given classes, all with the same confidence."""
    logits = np.eye(num_classes)[np.array(classes)]  # (B, N, C)
    names = tuple("abcdefgh"[:num_classes])
    return Predictions(np.arange(len(labels)).astype(str), np.array(labels), logits, names, **affect)


THREE = saying([[0, 0, 1], [1, 1, 1], [0, 1, 1], [1, 1, 0]], [0, 1, 0, 1])


def test_each_branch_and_each_rule_has_a_row():
    table = score_table(THREE).set_index("who")
    assert list(table.index) == ["branch 1", "branch 2", "branch 3", "vote", "mean probability"]
    assert table["accuracy"].tolist() == [1.0, 0.75, 0.25, 0.75, 0.75]
    assert table.loc["branch 2", "balanced_accuracy"] == 0.75
    assert (table["accuracy_low"] <= table["accuracy"]).all()
    assert (table["accuracy_high"] >= table["accuracy"]).all()


def test_a_vote_has_no_probability_to_be_calibrated():
    errors = score_table(THREE).set_index("who")["calibration_error"]
    assert np.isnan(errors["vote"])
    confidence = np.e / (np.e + 2)
    assert errors["branch 1"] == pytest.approx(1 - confidence)


def test_a_single_network_is_one_row():
    alone = saying([[0], [1], [1]], [0, 1, 0])
    assert score_table(alone)["who"].tolist() == ["single network"]
    assert list(verdicts(alone)) == ["single network"]


def test_a_class_without_pictures_is_named_and_not_part_of_means():
    assert absent_classes(THREE) == ["c"]
    assert score_table(THREE).set_index("who").loc["branch 1", "balanced_accuracy"] == 1.0


def test_pictures_without_a_class_are_left_out():
    table = score_table(saying([[0, 0], [1, 1], [2, 2]], [0, 1, -1]), np.array(["x", "y", "z"]))
    assert table["pictures"].tolist() == [2] * 4
    assert table["accuracy"].tolist() == [1.0] * 4


def test_known_subjects_widen_the_interval():
    labels = [0, 1] * 40
    classes = [[label if person % 4 else 1 - label] for person, label in zip(np.arange(80) // 8, labels, strict=True)]
    said = saying(classes, labels)
    (singly,), (people,) = (score_table(said, who).to_dict("records") for who in (None, np.arange(80) // 8))
    assert people["accuracy_high"] - people["accuracy_low"] > 1.5 * (singly["accuracy_high"] - singly["accuracy_low"])


def test_an_empty_part_has_rows_without_values():
    table = score_table(saying(np.empty((0, 2), int), []))
    assert table.drop(columns=["who", "pictures"]).isna().all(axis=None)


def test_affect_has_a_row_for_each_branch_and_their_mean():
    targets = np.array([[0.0, 0.2], [0.4, 0.0]])
    affect = np.stack([targets + 0.1, targets - 0.1], axis=1)
    table = affect_table(saying([[0, 0], [1, 1]], [0, 1], affect_targets=targets, affect=affect)).set_index("who")
    np.testing.assert_allclose(table["rmse_valence"], [0.1, 0.1, 0], atol=1e-12)
    assert table.loc["mean of branches", "ccc_arousal"] == pytest.approx(1)
    assert affect_table(THREE).empty


def test_kinds_of_people_by_hand():
    is_right = np.array([True, True, False, True, False, False])
    subjects = np.array(["x", "x", "y", "y", "z", "z"])
    gender = np.array(["female", "female", "female", "female", None, None], dtype=object)
    age = np.array(["young", "young", "old", "old", "old", "old"], dtype=object)
    table = accuracy_by_attribute(is_right, {"gender": gender, "age": age}, subjects)
    assert table[["attribute", "value", "pictures", "subjects"]].to_numpy().tolist() == [
        ["gender", "female", 4, 2],
        ["age", "old", 4, 2],
        ["age", "young", 2, 1],
    ]
    np.testing.assert_allclose(table["accuracy"], [0.75, 0.25, 1.0])
    assert np.isnan(table["accuracy_low"][2])  # one person shows no spread


def test_attributes_of_other_pictures_are_refused():
    with pytest.raises(MetricError, match=r"is_right, subjects and age must be \(B,\), got \(2,\), \(2,\) and \(3,\)"):
        accuracy_by_attribute(np.ones(2, bool), {"age": np.array(["a", "b", "c"])}, np.array(["x", "y"]))


def test_a_trial_is_measured_by_every_name_there_is():
    targets = np.array([[0.0, 0.2], [0.4, 0.0]])
    affect = np.stack([targets + 0.1, targets + 0.3], axis=1)
    found = measures(saying([[0, 0], [1, 2]], [0, 1], affect_targets=targets, affect=affect))
    assert tuple(found) == MEASURES
    assert found["mean accuracy of branches"] == 0.75
    assert found["RMSE arousal"] == pytest.approx(0.2)
    without = measures(THREE)
    assert tuple(without) == MEASURES
    assert np.isnan([without[name] for name in AFFECT_MEASURES]).all()
