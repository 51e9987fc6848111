"""Pairs of branches by the classes they name, whether right or wrong."""

import numpy as np

from esr_core.errors import MetricError
from esr_core.metrics.diversity.arguments import ratio, require_predictions


def label_disagreement(predictions: np.ndarray) -> np.ndarray:
    """Share of images to which two branches give different classes.

    Args:
        predictions: class indices (B, N).

    Returns:
        Symmetric matrix (N, N) in [0, 1], 0 on the diagonal; NaN without images.

    Raises:
        MetricError: if predictions is not as described or has a single branch.

    Source: Skalak 1996, "The sources of increased accuracy for two proposed boosting algorithms", here on classes, not
    on correctness (see ``oracle_disagreement``).
    """
    agreeing, _ = _agreement(predictions)
    return ratio(len(predictions) - agreeing, len(predictions))


def cohen_kappa(predictions: np.ndarray) -> np.ndarray:
    """Agreement of two branches beyond what their frequencies of the classes give by chance.

        kappa = (observed - chance) / (1 - chance),   chance = sum over classes c of p_i(c) p_j(c)

    Args:
        predictions: class indices (B, N).

    Returns:
        Symmetric matrix (N, N) in [-1, 1]: 1 for the same classes throughout, 0 for agreement as by chance. NaN where
        both name one and the same class on every image, and without images.

    Raises:
        MetricError: if predictions is not as described or has a single branch.

    Source: Cohen 1960, doi 10.1177/001316446002000104; of pairs of classifiers: Margineantu & Dietterich 1997,
    "Pruning adaptive boosting".
    """
    agreeing, named = _agreement(predictions)
    num_images = len(predictions)
    by_chance = named.T @ named  # times num_images: whole numbers, so that what is 0 is exactly 0
    return ratio(num_images * agreeing - by_chance, num_images**2 - by_chance)


def mean_pairwise(matrix: np.ndarray) -> float:
    """Mean over all pairs of different branches for which a measure is defined; NaN where it is for none.

    Args:
        matrix: symmetric (N, N).

    Raises:
        MetricError: if the matrix is not square or of a single branch.
    """
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(matrix) < 2:
        raise MetricError(f"matrix must be (N, N) of two branches or more, got {matrix.shape}")
    pairs = matrix[np.triu_indices(len(matrix), k=1)]
    defined = pairs[~np.isnan(pairs)]
    return float(defined.mean()) if defined.size else float("nan")


def _agreement(predictions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """On how many images two branches name the same class (N, N), and how often each names each class (C, N)."""
    require_predictions(predictions)
    agreeing = np.zeros((predictions.shape[1],) * 2)
    named = []
    for class_idx in np.unique(predictions):
        says = (predictions == class_idx).astype(np.float64)  # (B, N)
        agreeing += says.T @ says
        named.append(says.sum(axis=0))
    return agreeing, np.array(named).reshape(-1, predictions.shape[1])
