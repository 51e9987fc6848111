import numpy as np
import pytest

from esr_core.errors import MetricError
from esr_core.metrics import affect_ccc, affect_pearson, affect_rmse, spread_ellipse


def test_the_error_by_hand():
    predictions = np.array([[0.0, 0.0], [0.6, 0.0]])
    targets = np.array([[0.0, 0.3], [0.0, -0.3]])
    np.testing.assert_allclose(affect_rmse(predictions, targets), [0.6 / 2**0.5, 0.3])


def test_without_images_it_is_not_defined():
    assert np.isnan(affect_rmse(np.empty((0, 2)), np.empty((0, 2)))).all()


def test_other_shapes_are_refused():
    with pytest.raises(MetricError, match=r"must both be \(B, 2\), got \(3, 2\) and \(2, 2\)"):
        affect_rmse(np.zeros((3, 2)), np.zeros((2, 2)))


def test_concordance_by_hand():
    """Valence: shifted by 0.1, variances 0.02 / 3, covariance the same. Arousal: as labelled."""
    targets = np.array([[0.0, 0.5], [0.1, -0.5], [0.2, 0.0]])
    predictions = targets + np.array([0.1, 0.0])
    np.testing.assert_allclose(affect_ccc(predictions, targets), [2 * 0.02 / 3 / (2 * 0.02 / 3 + 0.01), 1])
    np.testing.assert_allclose(affect_pearson(predictions, targets), [1, 1])


def test_concordance_is_correlation_times_a_bias_factor():
    """Lin 1989, equation 6: 2 / (v + 1 / v + u^2) of the scale shift v and the location shift u."""
    rng = np.random.default_rng(0)
    targets = rng.uniform(-1, 1, (50, 2))
    predictions = 0.6 * targets + rng.normal(0.1, 0.2, (50, 2))
    scale = predictions.std(axis=0) / targets.std(axis=0)
    shift = (predictions - targets).mean(axis=0) / np.sqrt(predictions.std(axis=0) * targets.std(axis=0))
    correlation = np.array([np.corrcoef(predictions[:, k], targets[:, k])[0, 1] for k in range(2)])
    np.testing.assert_allclose(affect_pearson(predictions, targets), correlation)
    np.testing.assert_allclose(affect_ccc(predictions, targets), correlation * 2 / (scale + 1 / scale + shift**2))


def test_one_that_always_says_the_same_follows_nothing():
    targets = np.array([[0.0, 0.5], [0.1, 0.5]])
    predictions = np.full((2, 2), 0.5)
    np.testing.assert_allclose(affect_ccc(predictions, targets), [0, np.nan])
    assert np.isnan(affect_pearson(predictions, targets)).all()


def test_a_constant_whose_mean_is_rounded_is_one_all_the_same():
    same = np.full((3, 2), 0.1)
    assert same.mean(axis=0)[0] != 0.1
    assert np.isnan(affect_ccc(same, same)).all()
    np.testing.assert_allclose(affect_ccc(same, same + 0.1), 0, atol=1e-12)


@pytest.mark.parametrize("measure", [affect_ccc, affect_pearson])
def test_neither_concordance_nor_correlation_is_defined_of_one_image(measure):
    assert np.isnan(measure(np.zeros((1, 2)), np.ones((1, 2)))).all()
    with pytest.raises(MetricError, match=r"must both be \(B, 2\), got \(3, 2\) and \(2, 2\)"):
        measure(np.zeros((3, 2)), np.zeros((2, 2)))


def test_the_spread_of_a_square_of_branches_is_a_circle():
    corners = np.array([[0.3, -0.1], [0.3, -0.5], [-0.1, -0.1], [-0.1, -0.5]])
    points = spread_ellipse(corners)
    np.testing.assert_allclose(
        np.linalg.norm(points - [0.1, -0.3], axis=1), 0.2 * (4 / 3) ** 0.5
    )  # variance 4 * 0.04 / 3


def test_the_spread_is_one_standard_deviation_in_every_direction():
    affect = np.random.default_rng(0).normal(0, 0.3, (9, 2)) @ [[1, 0.6], [0, 0.4]]
    points = spread_ellipse(affect, num_points=721)
    np.testing.assert_allclose(points[0], points[-1])
    for direction in ([1, 0], [0, 1], [0.6, 0.8], [-0.8, 0.6]):
        reach = (points @ direction).max() - affect.mean(axis=0) @ direction
        assert reach == pytest.approx((affect @ direction).std(ddof=1), rel=1e-4)


def test_branches_in_a_line_spread_along_it():
    points = spread_ellipse(np.array([[-0.5, -0.5], [0.0, 0.0], [0.5, 0.5]]))
    np.testing.assert_allclose(points[:, 0], points[:, 1], atol=1e-7)
    np.testing.assert_allclose(np.abs(points).max(), 0.5)


@pytest.mark.parametrize("num_branches", [1, 2])
def test_below_three_branches_there_is_no_spread(num_branches):
    assert np.isnan(spread_ellipse(np.zeros((num_branches, 2)))).all()


def test_the_spread_of_anything_else_is_refused():
    with pytest.raises(MetricError, match=r"affect must be \(N, 2\), got \(2, 3\)"):
        spread_ellipse(np.zeros((2, 3)))
