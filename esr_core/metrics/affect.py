"""How far predicted valence and arousal are from the labelled ones."""

import numpy as np

from esr_core.errors import MetricError


def affect_rmse(predictions: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Root of the mean squared error, one for valence and one for arousal.

    Args:
        predictions: valence and arousal (B, 2).
        targets: the same, in [-1, 1].

    Returns:
        (2,), each >= 0; NaN without images.

    Raises:
        MetricError: if the two are not both (B, 2).

    Source: paper, Table 4.
    """
    if predictions.ndim != 2 or predictions.shape[1] != 2 or predictions.shape != targets.shape:
        raise MetricError(f"predictions and targets must both be (B, 2), got {predictions.shape} and {targets.shape}")
    if not len(targets):
        return np.full(2, np.nan)
    return np.sqrt(np.square(predictions.astype(np.float64) - targets).mean(axis=0))
