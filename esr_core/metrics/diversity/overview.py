"""All that an ensemble's predictions say of its diversity, one number for each measure."""

from collections.abc import Collection

import numpy as np

from esr_core.metrics.diversity.measure import Inputs, Measure
from esr_core.metrics.diversity.measures import RECORDED


def overview(
    predictions: np.ndarray,
    labels: np.ndarray,
    probabilities: np.ndarray,
    measures: Collection[Measure] = tuple(RECORDED.values()),
) -> dict[str, float]:
    """One number for each measure, by its key.

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).
        probabilities: of each class (B, N, C), sums over classes 1.
        measures: that need no more than these.

    Returns:
        Means over all pairs of the pairwise measures, and over the images of those that give one number for each; NaN
        where one is not defined.

    Raises:
        MetricError: if the arguments are not as described, a measure needs more, or there is a single branch.
    """
    inputs: Inputs = {"predictions": predictions, "labels": labels, "probabilities": probabilities}
    return {measure.key: measure.number(inputs) for measure in measures}
