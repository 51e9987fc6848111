"""What an ensemble is worth in one number with its interval: a catalogue of what costs are weighed against.

A further quality is one function of predictions and one record in QUALITIES; page Frontier then offers it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from esr_core.errors import MetricError
from esr_core.metrics import Estimate, Predictions, statistic_estimate
from esr_core.metrics.calibration import NUM_BINS, confidence_bins
from esr_core.metrics.diversity import image_disagreement
from esr_core.metrics.diversity.measures import PAIRWISE
from esr_core.metrics.intervals import Statistic


@dataclass(frozen=True, slots=True)
class Quality:
    """One quality: a statistic of sums over pictures, so that its interval can be drawn from resampled pictures."""

    name: str  # as ``metrics.scores.MEASURES`` or the catalogue of diversity has it
    better: Literal["higher", "lower"]
    is_percent: bool  # whether it is shown in %, else as a share
    parts: Callable[[Predictions], np.ndarray]  # what each picture adds to the sums (B, K)
    statistic: Statistic
    needs_branches: bool = False  # whether a single network has none
    grows_by_chance: bool = False  # see ``metrics.statistic_estimate``

    def of(self, predictions: Predictions) -> float:
        """The quality of an ensemble over the pictures that have a class; NaN where it is not defined.

        Raises:
            MetricError: if it is one of several branches and there is a single one.
        """
        return float(self.statistic(self._parts(predictions).sum(axis=0)))

    def estimate(self, predictions: Predictions, subjects: np.ndarray | None = None) -> Estimate:
        """The same with its 95 % interval.

        Args:
            predictions: of one part.
            subjects: who is on each picture (B,); None where that is not known. See :func:`mean_interval`.

        Raises:
            MetricError: as ``of``.
        """
        known = None if subjects is None else subjects[predictions.labels >= 0]
        parts = self._parts(predictions)
        return statistic_estimate(parts, self.statistic, known, grows_by_chance=self.grows_by_chance)

    def _parts(self, predictions: Predictions) -> np.ndarray:
        if self.needs_branches and predictions.logits.shape[1] < 2:
            raise MetricError(f"{self.name} needs two branches or more, got a single network")
        labelled = predictions.labels >= 0
        return self.parts(predictions if labelled.all() else predictions.where(labelled))


def _ratio(sums: np.ndarray) -> np.ndarray:
    """Mean of the first column, the second counting the pictures; NaN without any."""
    return _divided(sums[..., 0], sums[..., 1])


def _divided(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.divide(sums, counts, out=np.full(np.shape(sums), np.nan), where=counts > 0)


def _counted(values: np.ndarray) -> np.ndarray:
    """A column of values (B,), or several (B, K), and one that counts the pictures."""
    return np.column_stack([values, np.ones(len(values))])


def _is_right(predictions: Predictions) -> np.ndarray:
    return _counted(predictions.vote.predictions == predictions.labels)


def _by_class(predictions: Predictions) -> np.ndarray:
    """Of each class whether a picture is of it and recognised, then whether it is of it, (B, 2C)."""
    of_class = np.eye(len(predictions.class_names))[predictions.labels]
    is_right = predictions.vote.predictions == predictions.labels
    return np.hstack([of_class * is_right[:, None], of_class])


def _mean_recall(sums: np.ndarray) -> np.ndarray:
    """Over the classes that have pictures; NaN without any."""
    recalls = _divided(*np.split(sums, 2, axis=-1))
    return _divided(np.nansum(recalls, axis=-1), (~np.isnan(recalls)).sum(axis=-1))


def _gaps(predictions: Predictions) -> np.ndarray:
    """In each bin of confidence how much more often than sure a picture is right, (B, M), and a column that counts."""
    confidence, places = confidence_bins(predictions.mean_probability)
    gap = (predictions.mean_probability.argmax(axis=1) == predictions.labels) - confidence
    return _counted(np.eye(NUM_BINS)[places] * gap[:, None])


def _mean_gap(sums: np.ndarray) -> np.ndarray:
    return _divided(np.abs(sums[..., :-1]).sum(axis=-1), sums[..., -1])


def _disagreement(predictions: Predictions) -> np.ndarray:
    return _counted(image_disagreement(predictions.classes))


DISAGREEMENT = PAIRWISE["label disagreement"]
ACCURACY = Quality("accuracy", "higher", True, _is_right, _ratio)  # of the vote, as the next one

QUALITIES: Mapping[str, Quality] = {
    quality.name: quality
    for quality in (
        ACCURACY,
        Quality("balanced accuracy", "higher", True, _by_class, _mean_recall),
        Quality(DISAGREEMENT.name, DISAGREEMENT.more_diverse or "higher", False, _disagreement, _ratio, True),
        Quality("calibration error", "lower", True, _gaps, _mean_gap, grows_by_chance=True),  # of the mean probability
    )
}
"""By name."""
