"""Branches' disagreement beside people's: by hand, and on the real votes of FER+ where they are to be had."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from esr_core.errors import MetricError
from esr_core.metrics import diversity


def test_disagreement_on_an_image_is_the_share_of_its_pairs():
    """Four branches, six pairs: all alike, three against one, two against two, all different."""
    predictions = np.array([[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [0, 1, 2, 3]])
    np.testing.assert_allclose(diversity.image_disagreement(predictions), [0, 3 / 6, 4 / 6, 1])


def test_its_mean_over_images_is_the_mean_over_pairs():
    predictions = np.random.default_rng(0).integers(0, 4, (100, 5))
    over_pairs = diversity.mean_pairwise(diversity.label_disagreement(predictions))
    np.testing.assert_allclose(diversity.image_disagreement(predictions).mean(), over_pairs)


def test_disagreement_and_entropy_of_votes_by_hand():
    votes = np.array([[10, 0, 0, 0], [5, 5, 0, 0], [2, 2, 2, 2], [0, 0, 0, 0]])
    np.testing.assert_allclose(diversity.vote_disagreement(votes), [0, 25 / 45, 24 / 28, np.nan])  # pairs by hand
    np.testing.assert_allclose(diversity.vote_entropy(votes), [0, 1, 2, np.nan], atol=1e-12)


def test_the_same_shares_are_a_tie_whichever_choices_they_fall_on():
    """Summed in the order of the choices, these differ in their last bits, and ranks of images would be by chance."""
    rng = np.random.default_rng(0)
    votes = np.array([rng.permutation([4, 3, 2, 1, 0, 0, 0, 0]) for _ in range(200)])
    assert len(np.unique(diversity.vote_entropy(votes))) == 1


def test_branches_that_disagree_where_people_do_correlate_fully_and_images_without_votes_do_not_count():
    predictions = np.array([[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 1], [0, 1, 2, 3]])
    votes = np.array([[9, 1, 0, 0], [8, 2, 0, 0], [0, 0, 0, 0], [3, 3, 3, 1]])
    found = diversity.annotator_correlation(predictions, votes)
    assert found.num_images == 3
    np.testing.assert_allclose(found.rho, 1)


def test_the_correlation_is_scipys():
    rng = np.random.default_rng(1)
    predictions, votes = rng.integers(0, 3, (80, 5)), rng.integers(0, 4, (80, 6))
    found = diversity.annotator_correlation(predictions, votes)
    theirs = spearmanr(diversity.image_disagreement(predictions), diversity.vote_entropy(votes))
    np.testing.assert_allclose((found.rho, found.p_value), theirs)


@pytest.mark.parametrize(
    ("predictions", "votes"),
    [
        (np.zeros((5, 2), int), np.arange(15).reshape(5, 3)),  # branches never disagree
        (np.array([[0, 1], [0, 0], [0, 1]]), np.full((3, 4), 2)),  # people always do alike
        (np.array([[0, 1], [0, 0]]), np.array([[1, 1], [2, 0]])),  # two images are a line, not a correlation
        (np.zeros((0, 2), int), np.zeros((0, 3))),
    ],
)
def test_where_nothing_varies_the_correlation_is_not_defined(predictions, votes):
    found = diversity.annotator_correlation(predictions, votes)
    assert np.isnan((found.rho, found.p_value)).all()
    assert found.num_images == len(votes)


def test_votes_that_do_not_fit_are_refused():
    with pytest.raises(MetricError, match="votes must be of the 3 images of predictions, got 2"):
        diversity.annotator_correlation(np.zeros((3, 2), int), np.ones((2, 4)))
    with pytest.raises(MetricError, match=r"votes must be counts \(B, V\), 0 or more"):
        diversity.vote_entropy(np.array([[1, -1]]))
    with pytest.raises(MetricError, match="a single branch has no diversity"):
        diversity.annotator_correlation(np.zeros((3, 1), int), np.ones((3, 4)))
