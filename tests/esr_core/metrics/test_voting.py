from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from esr_core.errors import MetricError
from esr_core.metrics import (
    ENSEMBLE_RULES,
    EnsembleRule,
    Predictions,
    accuracy,
    mean_probability,
    plurality_vote,
    probabilities,
)
from esr_core.metrics.scores import verdicts


def logits(*branches: tuple[float, ...]) -> np.ndarray:
    """Logits (1, N, C) of one image."""
    return np.log(np.array([branches], dtype=np.float64))


def test_the_class_with_the_most_votes_wins_against_a_higher_mean_probability():
    vote = plurality_vote(logits((0.55, 0.45), (0.55, 0.45), (0.01, 0.99)))
    assert vote.predictions.tolist() == [0]
    assert vote.votes.tolist() == [[2, 1]]
    assert vote.tied.tolist() == [False]
    assert mean_probability(logits((0.55, 0.45), (0.55, 0.45), (0.01, 0.99))).argmax() == 1


def test_a_tie_goes_to_the_higher_mean_probability_and_is_reported():
    """The published code gives ties to the lowest class index, here 0."""
    vote = plurality_vote(logits((0.6, 0.3, 0.1), (0.05, 0.9, 0.05)))
    assert vote.predictions.tolist() == [1]
    assert vote.tied.tolist() == [True]
    assert vote.votes.argmax(axis=1).tolist() == [0], "the faulty variant has become sound"


def test_a_class_without_the_most_votes_cannot_win_a_tie():
    vote = plurality_vote(logits((0.51, 0.0001, 0.4899), (0.0001, 0.51, 0.4899)))
    assert vote.predictions[0] != 2


@given(arrays(np.float64, array_shapes(min_dims=3, max_dims=3, max_side=6), elements=st.floats(-1e6, 1e6)))
def test_votes_add_up_and_the_winner_has_the_most(values):
    vote = plurality_vote(values)
    assert (vote.votes.sum(axis=1) == values.shape[1]).all()
    assert (np.take_along_axis(vote.votes, vote.predictions[:, None], 1)[:, 0] == vote.votes.max(axis=1)).all()
    np.testing.assert_allclose(probabilities(values).sum(axis=2), 1)


@pytest.mark.parametrize("shape", [(3,), (3, 2), (3, 0, 2)])
def test_logits_of_another_shape_are_refused(shape):
    with pytest.raises(MetricError, match=r"logits must be \(B, N, C\)"):
        plurality_vote(np.zeros(shape))


def test_accuracy_is_the_share_of_matches():
    assert accuracy(np.array([0, 1, 2, 2]), np.array([0, 1, 1, 2])) == 0.75


def test_accuracy_of_nothing_is_not_defined():
    assert np.isnan(accuracy(np.array([], dtype=int), np.array([], dtype=int)))


def test_accuracy_refuses_arrays_that_do_not_match():
    with pytest.raises(MetricError, match=r"got \(2,\) and \(3,\)"):
        accuracy(np.zeros(2, int), np.zeros(3, int))


SUREST = EnsembleRule(
    "surest branch",
    lambda logits: probabilities(logits).reshape(len(logits), -1).argmax(axis=1) % logits.shape[2],
    None,
    "the class of the highest probability of any branch",
    "this test",
)


def test_a_further_rule_is_one_record():
    logits = np.log([[[0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.01, 0.04, 0.95]]])  # (B=1, N=3, C=3)
    said = Predictions(np.array(["a"]), np.array([0]), logits, ("x", "y", "z"))
    given = verdicts(said, [*ENSEMBLE_RULES, SUREST])
    assert [int(given[name][0]) for name in ("vote", "mean probability", "surest branch")] == [0, 0, 2]


@pytest.mark.parametrize("rule", ENSEMBLE_RULES, ids=lambda rule: rule.name)
def test_every_rule_gives_a_single_network_its_own_prediction(rule):
    logits = np.random.default_rng(0).normal(size=(20, 1, 4))
    np.testing.assert_array_equal(rule.decide(logits), logits[:, 0].argmax(axis=1))


def test_the_document_has_the_table_of_rules():
    text = (Path(__file__).parents[3] / "docs" / "measures.md").read_text(encoding="utf-8")
    for rule in ENSEMBLE_RULES:
        assert f"| {rule.name} | {rule.meaning} | {'yes' if rule.probabilities else 'no'} | {rule.source} |" in text
