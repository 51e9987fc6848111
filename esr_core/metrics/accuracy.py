"""How often predictions are right."""

import numpy as np

from esr_core.errors import MetricError


def accuracy(predictions: np.ndarray, labels: np.ndarray) -> float:
    """Share of images whose predicted class is the labelled one.

    Args:
        predictions: class indices (B,).
        labels: class indices (B,).

    Returns:
        Value in [0, 1]; NaN without images, where accuracy is not defined.

    Raises:
        MetricError: if the two are not one-dimensional and of one length.
    """
    if predictions.ndim != 1 or predictions.shape != labels.shape:
        raise MetricError(f"predictions and labels must both be (B,), got {predictions.shape} and {labels.shape}")
    return float((predictions == labels).mean()) if len(labels) else float("nan")
