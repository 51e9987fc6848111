import numpy as np
import pytest

from esr_core.errors import MetricError
from esr_core.metrics import affect_rmse


def test_the_error_by_hand():
    predictions = np.array([[0.0, 0.0], [0.6, 0.0]])
    targets = np.array([[0.0, 0.3], [0.0, -0.3]])
    np.testing.assert_allclose(affect_rmse(predictions, targets), [0.6 / 2**0.5, 0.3])


def test_without_images_it_is_not_defined():
    assert np.isnan(affect_rmse(np.empty((0, 2)), np.empty((0, 2)))).all()


def test_other_shapes_are_refused():
    with pytest.raises(MetricError, match=r"must both be \(B, 2\), got \(3, 2\) and \(2, 2\)"):
        affect_rmse(np.zeros((3, 2)), np.zeros((2, 2)))
