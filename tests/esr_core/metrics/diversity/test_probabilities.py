"""Measures on probabilities, valence and arousal, and features: by hand, against SciPy, and by what must hold."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from esr_core.errors import MetricError
from esr_core.metrics import diversity, probabilities

SURE, EVEN = (1.0, 0.0), (0.5, 0.5)


def random_probabilities(*shape: int) -> np.ndarray:
    return probabilities(np.random.default_rng(0).normal(scale=2, size=shape))


def test_branches_that_are_sure_of_different_classes_are_one_bit_apart():
    given = np.array([[(1.0, 0.0), (0.0, 1.0)]])
    np.testing.assert_allclose(diversity.jensen_shannon(given), [[0, 1], [1, 0]], atol=1e-12)
    np.testing.assert_allclose(diversity.mutual_information(given), [1])


def test_a_sure_branch_and_one_that_does_not_know_by_hand():
    """Their mean is (3/4, 1/4): H = 2 - 3/4 log2 3 bits, less half of the one bit of the branch that does not know."""
    expected = 2 - 0.75 * np.log2(3) - 0.5
    np.testing.assert_allclose(diversity.jensen_shannon(np.array([[SURE, EVEN]]))[0, 1], expected)
    np.testing.assert_allclose(diversity.mutual_information(np.array([[SURE, EVEN]])), [expected])


def test_the_divergence_is_scipys_squared_and_a_mean_over_images():
    given = random_probabilities(40, 3, 8)
    ours = diversity.jensen_shannon(given)
    for first, second in ((0, 1), (0, 2), (1, 2)):
        theirs = [jensenshannon(one[first], one[second], base=2) ** 2 for one in given]
        np.testing.assert_allclose(ours[first, second], np.mean(theirs))
    np.testing.assert_array_equal(ours, ours.T)


@pytest.mark.parametrize("dtype", [bool, np.int64, np.float32])
def test_whole_numbers_are_probabilities_too(dtype):
    sure = np.array([[[1, 0], [1, 0], [0, 1]]]).astype(dtype)
    np.testing.assert_allclose(diversity.jensen_shannon(sure), [[0, 0, 1], [0, 0, 1], [1, 1, 0]], atol=1e-6)
    np.testing.assert_allclose(diversity.mutual_information(sure), [np.log2(3) - 2 / 3], rtol=1e-6)


def test_mutual_information_of_n_sure_branches_is_log2_n():
    np.testing.assert_allclose(diversity.mutual_information(np.eye(8)[None, :4]), [2])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_copied_branch_is_no_bit_away(dtype):
    given = random_probabilities(50, 2, 8).astype(dtype)
    copied = given[:, [0, 0, 1]]
    divergence = diversity.jensen_shannon(copied)
    np.testing.assert_allclose(divergence[0, 1], 0, atol=1e-7)
    assert divergence[0, 2] > 0.01
    np.testing.assert_allclose(diversity.mutual_information(given[:, [0, 0]]), 0, atol=1e-6)


def test_single_precision_is_enough():
    given = random_probabilities(200, 4, 8)
    single = diversity.jensen_shannon(given.astype(np.float32))
    np.testing.assert_allclose(single, diversity.jensen_shannon(given), atol=1e-6)


def test_the_ensemble_errs_less_by_exactly_the_ambiguity_in_probabilities():
    rng = np.random.default_rng(1)
    found = diversity.brier_decomposition(random_probabilities(300, 9, 8), rng.integers(0, 8, 300))
    assert found.ambiguity > 0.01
    assert abs(found.ensemble_error - (found.branch_error - found.ambiguity)) < 1e-10


def test_the_ensemble_errs_less_by_exactly_the_ambiguity_in_valence_and_arousal():
    rng = np.random.default_rng(2)
    outputs, targets = rng.normal(size=(300, 4, 2)).astype(np.float32), rng.uniform(-1, 1, (300, 2))
    found = diversity.ambiguity_decomposition(outputs, targets)
    assert found.ambiguity > 0.1
    assert abs(found.ensemble_error - (found.branch_error - found.ambiguity)) < 1e-10


def test_ambiguity_by_hand():
    """Two branches 0.2 to either side of 0.5, truth 0.6: errors 0.09 and 0.01, the mean's 0.01, ambiguity 0.04."""
    found = diversity.ambiguity_decomposition(np.array([[[0.3], [0.7]]]), np.array([[0.6]]))
    np.testing.assert_allclose((found.ensemble_error, found.branch_error, found.ambiguity), (0.01, 0.05, 0.04))


def test_brier_by_hand():
    """Sure and right, and not knowing: 0 and 1/2; their mean (3/4, 1/4) errs by 1/8."""
    found = diversity.brier_decomposition(np.array([[SURE, EVEN]]), np.array([0]))
    np.testing.assert_allclose((found.ensemble_error, found.branch_error, found.ambiguity), (1 / 8, 1 / 4, 1 / 8))


def test_copied_branches_have_no_ambiguity():
    outputs = np.repeat(np.random.default_rng(3).normal(size=(20, 1, 2)), 3, axis=1)
    assert diversity.ambiguity_decomposition(outputs, np.zeros((20, 2))).ambiguity < 1e-30


def test_features_are_alike_up_to_rotation_and_scale_and_not_else():
    rng = np.random.default_rng(4)
    features = rng.normal(size=(500, 6))
    rotation, _ = np.linalg.qr(rng.normal(size=(6, 6)))
    turned = 3 * features @ rotation + 7
    alignment = diversity.linear_cka(np.stack([features, turned, rng.normal(size=(500, 6))], axis=1))
    np.testing.assert_allclose(alignment[0, 1], 1)
    np.testing.assert_allclose(np.diag(alignment), 1)
    assert alignment[0, 2] < 0.1


def test_alignment_is_that_of_gram_matrices():
    """Kornblith et al. 2019, equation 3: the same from kernels between images, centred on both sides."""
    features = np.random.default_rng(5).normal(size=(30, 2, 4))
    centring = np.eye(30) - 1 / 30
    first, second = (centring @ branch @ branch.T @ centring for branch in features.swapaxes(0, 1))
    expected = (first * second).sum() / np.sqrt((first**2).sum() * (second**2).sum())
    np.testing.assert_allclose(diversity.linear_cka(features)[0, 1], expected)


def test_alignment_of_one_feature_is_the_squared_correlation():
    features = np.random.default_rng(6).normal(size=(40, 2, 1))
    expected = np.corrcoef(features[:, 0, 0], features[:, 1, 0])[0, 1] ** 2
    np.testing.assert_allclose(diversity.linear_cka(features)[0, 1], expected)


def test_alignment_with_features_that_never_change_is_not_defined():
    features = np.random.default_rng(7).normal(size=(3, 2, 3))
    features[:, 1] = 0.1  # of three the mean is not 0.1 to the last bit
    alignment = diversity.linear_cka(features)
    assert np.isnan(alignment[0, 1])
    assert np.isnan(alignment[1, 1])
    assert alignment[0, 0] == 1


def test_without_images_nothing_is_defined():
    nothing = np.zeros((0, 2, 3))
    assert np.isnan(diversity.jensen_shannon(nothing)).all()
    assert diversity.mutual_information(nothing).shape == (0,)
    assert np.isnan(diversity.linear_cka(nothing)).all()
    found = diversity.brier_decomposition(nothing, np.zeros(0, int))
    assert np.isnan((found.ensemble_error, found.branch_error, found.ambiguity)).all()


@pytest.mark.parametrize("measure", [diversity.jensen_shannon, diversity.mutual_information])
@pytest.mark.parametrize(
    ("given", "told"),
    [
        (np.full((5, 1, 2), 0.5), r"a single branch has no diversity: probabilities must be \(B, N, C\)"),
        (np.full((5, 2), 0.5), r"probabilities must be \(B, N, C\), got \(5, 2\)"),
        (np.full((5, 2, 3), 0.5), "probabilities must be at least 0 and sum to 1"),
        (np.full((5, 2, 2), np.nan), "probabilities must be at least 0 and sum to 1"),
        (np.tile([2.0, -1.0], (5, 2, 1)), "probabilities must be at least 0 and sum to 1"),
    ],
)
def test_what_is_no_probability_is_refused(measure, given, told):
    with pytest.raises(MetricError, match=told):
        measure(given)


def test_targets_that_do_not_fit_are_refused():
    with pytest.raises(MetricError, match=r"targets must be \(5, 2\) as outputs, got \(5, 3\)"):
        diversity.ambiguity_decomposition(np.zeros((5, 2, 2)), np.zeros((5, 3)))
    with pytest.raises(MetricError, match="labels must be below 2, the number of probabilities, got 2"):
        diversity.brier_decomposition(np.full((1, 2, 2), 0.5), np.array([2]))


@pytest.mark.parametrize("measure", [diversity.linear_cka, lambda f: diversity.ambiguity_decomposition(f, f[:, 0])])
def test_a_single_branch_has_no_diversity(measure):
    with pytest.raises(MetricError, match="a single branch has no diversity"):
        measure(np.zeros((5, 1, 2)))
