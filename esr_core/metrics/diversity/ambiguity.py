"""Why the mean of the branches errs less than the branches do: by exactly how far they lie from it."""

from dataclasses import dataclass

import numpy as np

from esr_core.errors import MetricError
from esr_core.metrics.diversity.arguments import require_branches, require_labels, require_probabilities


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """``ensemble_error = branch_error - ambiguity``; each a mean of squared distances, NaN without images."""

    ensemble_error: float  # of the branches' mean
    branch_error: float  # mean over the branches
    ambiguity: float  # of the branches from their mean


def ambiguity_decomposition(outputs: np.ndarray, targets: np.ndarray) -> Ambiguity:
    """The decomposition for outputs in D dimensions, such as valence and arousal.

    Args:
        outputs: of each branch (B, N, D).
        targets: (B, D), in the same units.

    Returns:
        Means over the images of squared Euclidean distances; the ambiguity is computed for itself, not as a difference.

    Raises:
        MetricError: if the two are not as described or there is a single branch.

    Source: Krogh & Vedelsby 1995, "Neural network ensembles, cross validation, and active learning", equation 6.
    """
    require_branches("outputs", outputs, "B, N, D")
    if targets.shape != (outputs.shape[0], outputs.shape[2]):
        raise MetricError(f"targets must be {(outputs.shape[0], outputs.shape[2])} as outputs, got {targets.shape}")
    if not len(outputs):
        return Ambiguity(*3 * (float("nan"),))
    outputs, targets = outputs.astype(np.float64), targets.astype(np.float64)
    mean = outputs.mean(axis=1)  # (B, D)
    return Ambiguity(
        ensemble_error=_mean_square(mean - targets),
        branch_error=_mean_square(outputs - targets[:, None]),
        ambiguity=_mean_square(outputs - mean[:, None]),
    )


def brier_decomposition(probabilities: np.ndarray, labels: np.ndarray) -> Ambiguity:
    """The decomposition for probabilities: errors are Brier scores, distances from 1 at the class and 0 elsewhere.

    Args:
        probabilities: of each class (B, N, C), sums over classes 1.
        labels: class indices (B,).

    Returns:
        Errors in [0, 2], the ambiguity in [0, 1).

    Raises:
        MetricError: if the two are not as described or there is a single branch.

    Source: Krogh & Vedelsby 1995, as above; the score: Brier 1950, doi 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2.
    """
    require_probabilities(probabilities)
    require_labels(labels, len(probabilities))
    num_classes = probabilities.shape[2]
    if labels.size and labels.max() >= num_classes:
        raise MetricError(f"labels must be below {num_classes}, the number of probabilities, got {labels.max()}")
    return ambiguity_decomposition(probabilities, np.eye(num_classes)[labels])


def _mean_square(differences: np.ndarray) -> float:
    """Mean of the squared lengths along the last axis."""
    return float(np.square(differences).sum(axis=-1).mean())
