import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from esr_core.errors import MetricError
from esr_core.metrics import reliability

# Confidence and whether right: 0.55 right; 0.62 wrong, 0.68 right; 0.95 right, 1.0 right
PROBABILITIES = np.array([[0.55, 0.45], [0.62, 0.38], [0.32, 0.68], [0.95, 0.05], [0.0, 1.0]])
LABELS = np.array([0, 1, 1, 0, 1])


def test_bins_and_error_by_hand():
    found = reliability(PROBABILITIES, LABELS, num_bins=10)
    assert found.pictures.tolist() == [0, 0, 0, 0, 0, 1, 2, 0, 0, 2]
    np.testing.assert_allclose(found.confidence[[5, 6, 9]], [0.55, 0.65, 0.975])
    np.testing.assert_allclose(found.accuracy[[5, 6, 9]], [1, 0.5, 1])
    assert np.isnan(found.accuracy[[0, 7]]).all()
    assert found.expected_error == pytest.approx((1 * 0.45 + 2 * 0.15 + 2 * 0.025) / 5)


def test_bins_are_scikit_learns():
    rng = np.random.default_rng(0)
    probabilities, labels = rng.dirichlet(np.full(4, 0.4), size=400), rng.integers(4, size=400)
    found = reliability(probabilities, labels, num_bins=15)
    is_right = probabilities.argmax(axis=1) == labels
    accuracy, confidence = calibration_curve(is_right, probabilities.max(axis=1), n_bins=15)
    np.testing.assert_allclose(found.accuracy[found.pictures > 0], accuracy)
    np.testing.assert_allclose(found.confidence[found.pictures > 0], confidence)


def test_one_that_is_always_sure_and_half_right_is_off_by_a_half():
    assert reliability(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1])).expected_error == 0.5


def test_probabilities_that_rounding_leads_past_one_are_counted():
    found = reliability(np.array([[np.nextafter(1.0, 2.0), 0.0]]), np.array([0]))
    assert found.pictures[-1] == 1


def test_without_pictures_it_is_not_defined():
    assert np.isnan(reliability(np.empty((0, 3)), np.empty(0, dtype=int)).expected_error)


def test_what_does_not_fit_is_refused():
    with pytest.raises(MetricError, match=r"must be \(B, C\) and labels \(B,\), got \(5, 2\) and \(4,\)"):
        reliability(PROBABILITIES, LABELS[:4])
    with pytest.raises(MetricError, match="num_bins must be at least 1, got 0"):
        reliability(PROBABILITIES, LABELS, num_bins=0)
