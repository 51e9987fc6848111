"""What every measure of diversity asks of its arguments, and how it divides."""

import numpy as np

from esr_core.errors import MetricError


def require_branches(name: str, values: np.ndarray, axes: str) -> None:
    """Raise MetricError unless an array has such axes, the second of them at least two branches."""
    if values.ndim != axes.count(",") + 1:
        raise MetricError(f"{name} must be ({axes}), got {values.shape}")
    if values.shape[1] < 2:
        raise MetricError(
            f"a single branch has no diversity: {name} must be ({axes}) of two branches or more, got {values.shape}"
        )


def require_predictions(predictions: np.ndarray) -> None:
    """Raise MetricError unless these are class indices (B, N) of at least two branches."""
    require_branches("predictions", predictions, "B, N")
    _require_classes("predictions", predictions)


def require_labels(labels: np.ndarray, num_images: int) -> None:
    """Raise MetricError unless these are ``num_images`` class indices."""
    if labels.shape != (num_images,):
        raise MetricError(f"labels must be one for each of {num_images} images, got {labels.shape}")
    _require_classes("labels", labels)


def require_probabilities(probabilities: np.ndarray) -> None:
    """Raise MetricError unless these are probabilities (B, N, C) of at least two branches."""
    require_branches("probabilities", probabilities, "B, N, C")
    require_distributions(probabilities)


def require_distributions(probabilities: np.ndarray) -> None:
    """Raise MetricError unless these (B, N, C) are at least 0 and sum to 1 over the classes."""
    off = np.abs(probabilities.sum(axis=2) - 1)
    if not ((probabilities >= 0).all() and (off <= 1e-3).all()):  # NaN fails as well
        raise MetricError("probabilities must be at least 0 and sum to 1 over the classes of each image and branch")


def ratio(part: np.ndarray, whole: np.ndarray | float) -> np.ndarray:
    """``part / whole``, NaN where the whole is 0."""
    part, whole = np.broadcast_arrays(np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64))
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0)


def _require_classes(name: str, indices: np.ndarray) -> None:
    if not np.issubdtype(indices.dtype, np.integer):
        raise MetricError(f"{name} must hold class indices, whole numbers, got {indices.dtype}")
    if (indices < 0).any():
        raise MetricError(
            f"{name} must hold class indices from 0 on, got {indices.min()}; leave images without a class out"
        )
