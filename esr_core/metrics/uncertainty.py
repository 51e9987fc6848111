"""How unsure an ensemble is of each image, and how much of that is its branches contradicting each other."""

from dataclasses import dataclass

import numpy as np

from esr_core.errors import MetricError
from esr_core.metrics.diversity.arguments import require_distributions
from esr_core.metrics.diversity.information import entropy, mutual_information


@dataclass(frozen=True, slots=True, eq=False)
class Uncertainty:
    """Of B images, in bits: ``total = expected + mutual_information``."""

    total: np.ndarray  # entropy of the branches' mean probabilities (B,), from 0, sure, to log2(C), no idea
    expected: np.ndarray  # mean of the branches' own entropies (B,): what each is unsure of by itself
    mutual_information: np.ndarray  # what naming the branch would tell of the class (B,); NaN of a single branch


def uncertainty(probabilities: np.ndarray) -> Uncertainty:
    """Entropy of the mean, the mean entropy, and their difference.

    Args:
        probabilities: of each class (B, N, C), in [0, 1], sums over classes 1.

    Raises:
        MetricError: if probabilities is not as described or has no branch.

    Source: Depeweg et al. 2018, "Decomposition of uncertainty in Bayesian deep learning", section 3; for ensembles of
    networks: Lakshminarayanan et al. 2017, "Simple and scalable predictive uncertainty estimation", section 2.4.
    """
    if probabilities.ndim != 3 or not probabilities.shape[1]:
        raise MetricError(f"probabilities must be (B, N, C) with at least one branch, got {probabilities.shape}")
    require_distributions(probabilities)
    exact = probabilities.astype(np.float64)
    total, expected = entropy(exact.mean(axis=1)), entropy(exact).mean(axis=1)
    information = mutual_information(exact) if exact.shape[1] > 1 else np.full_like(total, np.nan)
    return Uncertainty(total, expected, information)
