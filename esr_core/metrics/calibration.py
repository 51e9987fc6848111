"""Whether predictions are right as often as they are sure."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from esr_core.errors import MetricError

NUM_BINS = 15  # as Guo et al. 2017


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """Pictures sorted by the confidence of their prediction into M bins of equal width."""

    edges: np.ndarray  # (M + 1,), from 0 to 1
    pictures: np.ndarray  # (M,)
    confidence: np.ndarray  # mean in each bin (M,); NaN in an empty one
    accuracy: np.ndarray  # share that is right (M,); NaN in an empty bin

    @property
    def expected_error(self) -> float:
        """Expected calibration error: mean gap between accuracy and confidence, weighed by pictures; NaN without any.

        Source: Guo et al. 2017, equation 3, arXiv 1706.04599.
        """
        filled = self.pictures > 0
        if not filled.any():
            return float("nan")
        return float(np.average(np.abs(self.accuracy - self.confidence)[filled], weights=self.pictures[filled]))

    def to_table(self) -> pd.DataFrame:
        """A row per bin: ``low`` and ``high`` (its edges), ``pictures``, ``confidence``, ``accuracy``."""
        return pd.DataFrame(
            {
                "low": self.edges[:-1],
                "high": self.edges[1:],
                "pictures": self.pictures,
                "confidence": self.confidence,
                "accuracy": self.accuracy,
            }
        )


def reliability(probabilities: np.ndarray, labels: np.ndarray, num_bins: int = NUM_BINS) -> Reliability:
    """What a reliability diagram shows of the most probable class.

    Args:
        probabilities: (B, C), rows sum to 1.
        labels: class indices (B,).
        num_bins: M, at least 1.

    Raises:
        MetricError: if the two do not fit together or there is no bin.
    """
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1]:
        raise MetricError(f"probabilities must be (B, C) and labels (B,), got {probabilities.shape} and {labels.shape}")
    if num_bins < 1:
        raise MetricError(f"num_bins must be at least 1, got {num_bins}")
    confidence, places = confidence_bins(probabilities, num_bins)
    is_right = probabilities.argmax(axis=1) == labels
    pictures = np.bincount(places, minlength=num_bins)
    with np.errstate(invalid="ignore"):  # a bin without pictures has no mean
        means = [np.bincount(places, values, num_bins) / pictures for values in (confidence, is_right)]
    return Reliability(np.linspace(0, 1, num_bins + 1), pictures, *means)


def confidence_bins(probabilities: np.ndarray, num_bins: int = NUM_BINS) -> tuple[np.ndarray, np.ndarray]:
    """The highest probability of each row (B, C), at most 1, and its place among bins of equal width, (B,) each."""
    confidence = np.minimum(probabilities.max(axis=1).astype(np.float64), 1.0)  # rounding can lead past 1
    places = np.searchsorted(np.linspace(0, 1, num_bins + 1), confidence, side="right") - 1
    return confidence, np.minimum(places, num_bins - 1)  # the last bin has both edges
