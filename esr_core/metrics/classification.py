"""How good predictions are of each class, and of all classes weighed alike."""

from dataclasses import dataclass

import numpy as np

from esr_core.metrics.confusion import confusion_counts


@dataclass(frozen=True, slots=True, eq=False)
class ClassScores:
    """Scores of each of C classes in [0, 1]; NaN where one is not defined."""

    precision: np.ndarray  # (C,); NaN where the class was never predicted
    recall: np.ndarray  # (C,); NaN where no picture is of the class
    f1: np.ndarray  # (C,); NaN where no picture is of the class
    pictures: np.ndarray  # of each class, (C,)

    @property
    def balanced_accuracy(self) -> float:
        """Mean recall over the classes that have pictures; NaN without any (Brodersen et al. 2010)."""
        return _mean(self.recall)

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the classes that have pictures; NaN without any."""
        return _mean(self.f1)


def class_scores(predictions: np.ndarray, labels: np.ndarray, num_classes: int) -> ClassScores:
    """Precision, recall and F1 of each class.

    A class without pictures has no recall, so it has no part in the means over classes either; that it was predicted
    nevertheless costs the recall of those classes whose pictures were taken for it.

    Args:
        predictions: class indices (B,).
        labels: class indices (B,).
        num_classes: C.

    Raises:
        MetricError: if the two do not fit together or are no class indices.
    """
    counts = confusion_counts(predictions, labels, num_classes)
    pictures, times_predicted, right = counts.sum(axis=1), counts.sum(axis=0), counts.diagonal()
    with np.errstate(invalid="ignore"):  # nothing among nothing is not defined
        precision, recall, f1 = right / times_predicted, right / pictures, 2 * right / (pictures + times_predicted)
    return ClassScores(precision, recall, np.where(pictures > 0, f1, np.nan), pictures)


def _mean(scores: np.ndarray) -> float:
    defined = scores[~np.isnan(scores)]
    return float(defined.mean()) if len(defined) else float("nan")
