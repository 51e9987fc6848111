"""Which class is taken for which."""

import numpy as np

from esr_core.metrics.accuracy import require_pairs


def confusion_counts(predictions: np.ndarray, labels: np.ndarray, num_classes: int) -> np.ndarray:
    """Pictures of each class by what they were taken for.

    Args:
        predictions: class indices (B,).
        labels: class indices (B,).
        num_classes: C.

    Returns:
        Counts (C, C): rows are the labelled classes, columns the predicted ones.

    Raises:
        MetricError: if the two do not fit together or are no class indices.
    """
    require_pairs(predictions, labels, num_classes)
    cells = labels.astype(np.int64) * num_classes + predictions
    return np.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes)


def confusion_shares(counts: np.ndarray) -> np.ndarray:
    """Each row of a confusion matrix as shares of the labelled class, so that the diagonal is the recall.

    Args:
        counts: (C, C), as :func:`confusion_counts` gives them.

    Returns:
        (C, C) in [0, 1]; a row sums to 1, and is NaN where no picture is of its class.

    Source: paper, Figures 6 and 7 (there in %).
    """
    totals = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
