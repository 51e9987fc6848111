"""All that an ensemble's predictions say of its diversity, one number for each measure."""

import numpy as np

from esr_core.metrics.diversity.ambiguity import brier_decomposition
from esr_core.metrics.diversity.correctness import correlation, double_fault, oracle_disagreement, q_statistic
from esr_core.metrics.diversity.information import jensen_shannon, mutual_information
from esr_core.metrics.diversity.labels import cohen_kappa, label_disagreement, mean_pairwise
from esr_core.metrics.diversity.whole import (
    difficulty,
    entropy_measure,
    fleiss_kappa,
    generalised_diversity,
    kohavi_wolpert_variance,
)


def overview(predictions: np.ndarray, labels: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """Every measure of diversity by the name of its function; of a pairwise one the mean over all pairs.

    Args:
        predictions: class indices (B, N).
        labels: class indices (B,).
        probabilities: of each class (B, N, C), sums over classes 1.

    Returns:
        The measures, ``mutual_information`` as the mean over images, and with them ``ensemble_error``, ``branch_error``
        and ``ambiguity`` of the Brier score. NaN where one is not defined.

    Raises:
        MetricError: if the arguments are not as described or there is a single branch.
    """
    pairwise = {
        "label_disagreement": label_disagreement(predictions),
        "oracle_disagreement": oracle_disagreement(predictions, labels),
        "double_fault": double_fault(predictions, labels),
        "q_statistic": q_statistic(predictions, labels),
        "correlation": correlation(predictions, labels),
        "cohen_kappa": cohen_kappa(predictions),
        "jensen_shannon": jensen_shannon(probabilities),
    }
    brier = brier_decomposition(probabilities, labels)
    return {name: mean_pairwise(matrix) for name, matrix in pairwise.items()} | {
        "fleiss_kappa": fleiss_kappa(predictions),
        "kohavi_wolpert_variance": kohavi_wolpert_variance(predictions, labels),
        "entropy_measure": entropy_measure(predictions, labels),
        "generalised_diversity": generalised_diversity(predictions, labels),
        "difficulty": difficulty(predictions, labels),
        "mutual_information": float(mutual_information(probabilities).mean()) if len(labels) else float("nan"),
        "ensemble_error": brier.ensemble_error,
        "branch_error": brier.branch_error,
        "ambiguity": brier.ambiguity,
    }
