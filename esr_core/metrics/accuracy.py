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
    require_pairs(predictions, labels)
    return float((predictions == labels).mean()) if len(labels) else float("nan")


def require_pairs(predictions: np.ndarray, labels: np.ndarray, num_classes: int | None = None) -> None:
    """Raise MetricError unless both are (B,) and, where ``num_classes`` is given, indices of that many classes."""
    if predictions.ndim != 1 or predictions.shape != labels.shape:
        raise MetricError(f"predictions and labels must both be (B,), got {predictions.shape} and {labels.shape}")
    if num_classes is None:
        return
    for name, indices in (("predictions", predictions), ("labels", labels)):
        if outside := indices[(indices < 0) | (indices >= num_classes)].tolist():
            raise MetricError(f"{name} must be class indices 0-{num_classes - 1}, got {outside[0]}")
