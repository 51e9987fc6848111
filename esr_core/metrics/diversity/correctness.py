"""Pairs of branches by when each is right, from one table of counts.

::

    ==============  ==============  ==============
    on the images   second right    second wrong
    ==============  ==============  ==============
    first right     ``both``        ``first``
    first wrong     ``second``      ``neither``
    ==============  ==============  ==============

Source of all but ``pair_error``: Kuncheva & Whitaker 2003, the pairwise measures, doi 10.1023/A:1022859003006.
"""

from dataclasses import dataclass

import numpy as np

from esr_core.metrics.diversity.arguments import ratio, require_labels, require_predictions


@dataclass(frozen=True, slots=True, eq=False)
class PairCounts:
    """Number of images in each cell of the table for every pair of branches, (N, N) each, as floats."""

    both: np.ndarray
    first: np.ndarray  # right is the branch of the row alone
    second: np.ndarray  # right is the branch of the column alone
    neither: np.ndarray


def pair_counts(predictions: np.ndarray, labels: np.ndarray) -> PairCounts:
    """The tables of all pairs of branches, from one matrix product.

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).

    Raises:
        MetricError: if the two are not as described or there is a single branch.
    """
    is_right = _right(predictions, labels)
    both = is_right.T @ is_right  # (N, N)
    first = np.diag(both)[:, None] - both
    return PairCounts(both, first, first.T, len(labels) - both - first - first.T)


def oracle_disagreement(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Share of images on which one of two branches is right and the other wrong: (first + second) / B.

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).

    Returns:
        Symmetric matrix (N, N) in [0, 1], 0 on the diagonal; NaN without images. Two branches that are wrong in
        different ways do not disagree here (see ``label_disagreement``).

    Raises:
        MetricError: if the two are not as described or there is a single branch.

    Source: Kuncheva & Whitaker 2003; Skalak 1996; Ho 1998.
    """
    counts = pair_counts(predictions, labels)
    return ratio(counts.first + counts.second, len(labels))


def q_statistic(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Yule's Q: (both * neither - first * second) / (both * neither + first * second).

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).

    Returns:
        Symmetric matrix (N, N) in [-1, 1]: 0 for branches that err independently, above it for those that err on the
        same images, below it for those that err on different ones. NaN where both products are 0, as for two branches
        that are always right, and on the diagonal of a branch that is always right or always wrong.

    Raises:
        MetricError: if the two are not as described or there is a single branch.

    Source: Kuncheva & Whitaker 2003; Yule 1900, doi 10.1098/rsta.1900.0019.
    """
    counts = pair_counts(predictions, labels)
    alike, apart = counts.both * counts.neither, counts.first * counts.second
    return ratio(alike - apart, alike + apart)


def correlation(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Pearson's correlation of being right.

    From the table of counts it is

        (both * neither - first * second) / sqrt(product of the two row sums and the two column sums)

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).

    Returns:
        Symmetric matrix (N, N) in [-1, 1], of the same sign as Q and no further from 0. NaN where a branch is always
        right or always wrong.

    Raises:
        MetricError: if the two are not as described or there is a single branch.

    Source: Kuncheva & Whitaker 2003.
    """
    counts = pair_counts(predictions, labels)
    rows = (counts.both + counts.first) * (counts.second + counts.neither)
    columns = (counts.both + counts.second) * (counts.first + counts.neither)
    return ratio(counts.both * counts.neither - counts.first * counts.second, np.sqrt(rows * columns))


def double_fault(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Share of images on which both of two branches are wrong: neither / B.

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).

    Returns:
        Symmetric matrix (N, N) in [0, 1], a branch's own error on the diagonal; NaN without images.

    Raises:
        MetricError: if the two are not as described or there is a single branch.

    Source: Kuncheva & Whitaker 2003; Giacinto & Roli 2001, doi 10.1016/S0262-8856(01)00045-2.
    """
    return ratio(pair_counts(predictions, labels).neither, len(labels))


def pair_error(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Mean of two branches' shares of wrong images: the height of a pair in a kappa-error diagram.

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).

    Returns:
        Symmetric matrix (N, N) in [0, 1], a branch's own error on the diagonal; NaN without images.

    Raises:
        MetricError: if the two are not as described or there is a single branch.

    Source: Margineantu & Dietterich 1997, "Pruning adaptive boosting", Figure 2.
    """
    wrong = 1 - _right(predictions, labels)
    errors = ratio(wrong.sum(axis=0), len(labels))  # (N,)
    return (errors[:, None] + errors) / 2


def _right(predictions: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """1.0 where a branch is right, else 0.0, (B, N): floats, whose matrix products are fast and count exactly."""
    require_predictions(predictions)
    require_labels(labels, len(predictions))
    return (predictions == labels[:, None]).astype(np.float64)
