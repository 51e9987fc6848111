"""How far predicted valence and arousal are from the labelled ones, and how well they follow them."""

import numpy as np
import scipy

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
    _require_pairs(predictions, targets)
    if not len(targets):
        return np.full(2, np.nan)
    return np.sqrt(np.square(predictions.astype(np.float64) - targets).mean(axis=0))


def affect_pearson(predictions: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Pearson's correlation, one for valence and one for arousal.

    Args:
        predictions: valence and arousal (B, 2).
        targets: the same, in [-1, 1].

    Returns:
        (2,) in [-1, 1]; NaN where either is the same for all images, and with fewer than two.

    Raises:
        MetricError: if the two are not both (B, 2).

    Source: scipy's ``pearsonr``.
    """
    _require_pairs(predictions, targets)
    correlations = np.full(2, np.nan)
    for column in range(2):
        said, true = predictions[:, column].astype(np.float64), targets[:, column].astype(np.float64)
        if len(targets) > 1 and np.ptp(said) > 0 and np.ptp(true) > 0:
            correlations[column] = scipy.stats.pearsonr(said, true).statistic
    return correlations


def affect_ccc(predictions: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Concordance correlation coefficient, one for valence and one for arousal: 1 where each prediction is the target.

    Unlike Pearson's correlation it falls with a shift or another scale: 2 cov / (var + var + (mean - mean)^2), with
    variances over B.

    Args:
        predictions: valence and arousal (B, 2).
        targets: the same, in [-1, 1].

    Returns:
        (2,) in [-1, 1]; NaN where both are the same for all images and equal, and with fewer than two.

    Raises:
        MetricError: if the two are not both (B, 2).

    Source: Lin 1989, doi 10.2307/2532051.
    """
    _require_pairs(predictions, targets)
    if len(targets) < 2:
        return np.full(2, np.nan)
    said, true = predictions.astype(np.float64), targets.astype(np.float64)
    covariance = ((said - said.mean(axis=0)) * (true - true.mean(axis=0))).mean(axis=0)
    spread = said.var(axis=0) + true.var(axis=0) + np.square(said.mean(axis=0) - true.mean(axis=0))
    is_spread = np.ptp(np.concatenate([said, true]), axis=0) > 0  # exactly: a mean of equal numbers may be rounded
    return np.divide(2 * covariance, spread, out=np.full(2, np.nan), where=is_spread)


def _require_pairs(predictions: np.ndarray, targets: np.ndarray) -> None:
    if predictions.ndim != 2 or predictions.shape[1] != 2 or predictions.shape != targets.shape:
        raise MetricError(f"predictions and targets must both be (B, 2), got {predictions.shape} and {targets.shape}")


def spread_ellipse(affect: np.ndarray, num_points: int = 73) -> np.ndarray:
    """The ellipse of one standard deviation around the mean of the branches, from their covariance.

    Args:
        affect: valence and arousal of each branch (N, 2).
        num_points: on the ellipse, the last being the first again.

    Returns:
        Valence and arousal of its points (num_points, 2); NaN below three branches, whose covariance has no area.

    Raises:
        MetricError: if affect is not (N, 2).
    """
    if affect.ndim != 2 or affect.shape[1] != 2:
        raise MetricError(f"affect must be (N, 2), got {affect.shape}")
    if len(affect) < 3:
        return np.full((num_points, 2), np.nan)
    values, vectors = np.linalg.eigh(np.cov(affect.astype(np.float64), rowvar=False))
    angle = np.linspace(0, 2 * np.pi, num_points)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return affect.mean(axis=0) + (circle * np.sqrt(np.maximum(values, 0))) @ vectors.T
