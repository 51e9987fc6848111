import numpy as np
import pytest

from esr_core.errors import ConfigError, DataError
from esr_core.evaluation import JoinRules
from esr_core.evaluation.class_join import join_classes, joined
from esr_core.metrics import Predictions
from esr_core.metrics.scores import score_table

NETWORK = ("calm", "keen", "bored")
SET = ("Bored", "calm", "shy")  # another order; lacks keen, and the network lacks shy
LOGITS = [[1.0, 0.0, 0.5], [1.0, 2.0, 0.0], [0.0, 3.0, 1.0], [0.0, 1.0, 2.0]]  # calm, keen, keen, bored
LABELS = np.array([1, 1, 0, 2])  # calm, calm, bored, shy


def measured(**rules: str) -> Predictions:
    logits = np.array(LOGITS)[:, None]  # (B=4, N=1, C=3)
    predictions = Predictions(np.array(list("abcd")), np.full(4, -1), logits, NETWORK)
    return joined(predictions, LABELS, join_classes(NETWORK, SET), JoinRules(**rules))


def accuracy(predictions: Predictions) -> float:
    return score_table(predictions)["accuracy"].iloc[0]


def test_classes_are_joined_by_name_whatever_their_order_and_case():
    join = join_classes(NETWORK, SET)
    assert join.partners == (2, 0, -1)
    assert join.shared == ("calm", "bored")
    assert join.unknown == ("shy",)
    assert join.untested == ("keen",)


def test_one_name_in_two_forms_of_unicode_is_one_class():
    assert join_classes(("\u00e9mu", "calm"), ("e\u0301mu", "shy")).shared == ("\u00e9mu",)


def test_pictures_of_unknown_classes_are_left_out_and_answers_the_set_lacks_are_wrong():
    predictions = measured()
    assert predictions.ids.tolist() == ["a", "b", "c"]
    assert predictions.class_names == NETWORK
    assert predictions.labels.tolist() == [0, 0, 2]
    assert predictions.classes[:, 0].tolist() == [0, 1, 1]
    assert accuracy(predictions) == pytest.approx(1 / 3)


def test_pictures_of_unknown_classes_can_count_as_wrong():
    predictions = measured(unknown_classes="wrong")
    assert predictions.class_names == (*NETWORK, "shy")
    assert predictions.labels.tolist() == [0, 0, 2, 3]
    assert predictions.classes[:, 0].tolist() == [0, 1, 1, 2]
    assert accuracy(predictions) == 1 / 4
    np.testing.assert_array_equal(predictions.mean_probability[:, 3], 0)
    np.testing.assert_allclose(predictions.mean_probability.sum(axis=1), 1)
    table = score_table(predictions)
    assert table["balanced_accuracy"].iloc[0] == pytest.approx((1 / 2 + 0 + 0) / 3)


def test_answers_can_be_restricted_to_shared_classes():
    predictions = measured(answers="shared")
    assert predictions.class_names == ("calm", "bored")
    assert predictions.labels.tolist() == [0, 0, 1]
    assert predictions.classes[:, 0].tolist() == [0, 0, 1]  # without keen the second best answers are all right
    assert accuracy(predictions) == 1


def test_shared_answers_leave_the_other_probabilities_in_their_proportion():
    every, shared = measured().mean_probability, measured(answers="shared").mean_probability
    np.testing.assert_allclose(shared, every[:, [0, 2]] / every[:, [0, 2]].sum(axis=1, keepdims=True))


def test_both_choices_go_together():
    predictions = measured(unknown_classes="wrong", answers="shared")
    assert predictions.class_names == ("calm", "bored", "shy")
    assert predictions.labels.tolist() == [0, 0, 1, 2]
    assert accuracy(predictions) == 3 / 4


@pytest.mark.parametrize(
    ("network", "of_set", "sentence"),
    [
        (("calm", "keen"), ("happy", "sad"), "must share a class by name, got calm, keen and happy, sad"),
        (("calm", "Calm"), ("calm", "sad"), "class names of the network must differ in more than case"),
        (("calm", "keen"), ("calm", "CALM"), "class names of the set must differ in more than case"),
    ],
)
def test_classes_that_cannot_be_joined_are_refused(network, of_set, sentence):
    with pytest.raises(DataError, match=sentence):
        join_classes(network, of_set)


def test_one_shared_class_is_no_choice_of_answers():
    join = join_classes(("calm", "keen"), ("calm", "shy"))
    predictions = Predictions(np.array(["a"]), np.array([-1]), np.zeros((1, 1, 2)), ("calm", "keen"))
    with pytest.raises(DataError, match="answers shared needs two classes in both network and set, found calm alone"):
        joined(predictions, np.array([0]), join, JoinRules(answers="shared"))


@pytest.mark.parametrize("unknown_classes", ["leave-out", "wrong"])
def test_pictures_of_unknown_classes_alone_are_refused(unknown_classes):
    join = join_classes(("calm", "keen"), ("calm", "shy"))
    predictions = Predictions(np.array(["a"]), np.array([-1]), np.zeros((1, 1, 2)), ("calm", "keen"))
    with pytest.raises(DataError, match="pictures must have a class that the network knows, calm; found none"):
        joined(predictions, np.array([1]), join, JoinRules(unknown_classes))


@pytest.mark.parametrize("name", ["unknown_classes", "answers"])
def test_rules_have_names(name):
    with pytest.raises(ConfigError, match=f"{name} must be .* got 'perhaps'"):
        JoinRules(**{name: "perhaps"})
