"""What quality costs: which ensembles no other one beats at once in cost and in quality."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from esr_core.errors import MetricError


def pareto_front(
    costs: np.ndarray | Sequence[float], values: np.ndarray | Sequence[float], better: Literal["higher", "lower"]
) -> np.ndarray:
    """Positions of the points that no other point beats: none is as good for less, or better for the same cost.

    Args:
        costs: of each point (P,); lower is better.
        values: of each point (P,); a point whose value is NaN is never among them.
        better: where values are better.

    Returns:
        Positions by rising cost, in which values get strictly better; of points that are alike the first.

    Raises:
        MetricError: if the two are not one-dimensional and of one length.
    """
    costs, values = np.asarray(costs, dtype=float), np.asarray(values, dtype=float)
    if costs.ndim != 1 or costs.shape != values.shape:
        raise MetricError(f"costs and values must both be (P,), got {costs.shape} and {values.shape}")
    gains = values if better == "higher" else -values
    front: list[int] = []
    for place in np.lexsort((-gains, costs)):
        if not np.isnan(gains[place]) and (not front or gains[place] > gains[front[-1]]):
            front.append(int(place))
    return np.array(front, dtype=int)
