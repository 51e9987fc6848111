"""How an ensemble makes one prediction from its branches': each rule, and the catalogue of rules."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from esr_core.errors import MetricError


@dataclass(frozen=True, slots=True, eq=False)
class Vote:
    """Outcome of a vote on each of B images."""

    predictions: np.ndarray  # class indices (B,)
    tied: np.ndarray  # bool (B,); True where several classes had the most votes
    votes: np.ndarray  # branches for each class (B, C); a row sums to N


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Softmax of logits (..., C) over the last axis, without overflow."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def mean_probability(logits: np.ndarray) -> np.ndarray:
    """Mean of the branches' probabilities.

    Args:
        logits: (B, N, C).

    Returns:
        (B, C), rows sum to 1.

    Raises:
        MetricError: if logits is not three-dimensional or has no branch.
    """
    _require_logits(logits)
    return probabilities(logits).mean(axis=1)


def plurality_vote(logits: np.ndarray) -> Vote:
    """The class most branches predict; a tie goes to the tied class of the highest mean probability.

    Args:
        logits: (B, N, C).

    Raises:
        MetricError: if logits is not three-dimensional or has no branch.

    Source: paper, "Ensembles with Shared Representations" (collective decision by plurality voting).
    """
    _require_logits(logits)
    num_classes = logits.shape[2]
    votes = (logits.argmax(axis=2)[:, :, None] == np.arange(num_classes)).sum(axis=1)  # (B, C)
    leading = votes == votes.max(axis=1, keepdims=True)
    among_leading = np.where(leading, mean_probability(logits), -1.0)
    return Vote(predictions=among_leading.argmax(axis=1), tied=leading.sum(axis=1) > 1, votes=votes)


@dataclass(frozen=True, slots=True)
class EnsembleRule:
    """A rule by which an ensemble decides."""

    name: str  # in tables
    decide: Callable[[np.ndarray], np.ndarray]  # from logits (B, N, C) to class indices (B,)
    probabilities: Callable[[np.ndarray], np.ndarray] | None  # to (B, C), rows sum to 1; None where it gives none
    meaning: str
    source: str


PLURALITY_VOTE = EnsembleRule(
    "vote",
    lambda logits: plurality_vote(logits).predictions,
    None,
    "the class that most branches name; a tie goes to the higher mean probability",
    'paper, "Ensembles with Shared Representations"',
)
MEAN_PROBABILITY = EnsembleRule(
    "mean probability",
    lambda logits: mean_probability(logits).argmax(axis=1),
    mean_probability,
    "the class of the highest mean of the branches' probabilities",
    "Lakshminarayanan et al. 2017",
)
ENSEMBLE_RULES: tuple[EnsembleRule, ...] = (PLURALITY_VOTE, MEAN_PROBABILITY)
"""What is measured of every ensemble, the paper's rule first: scores that name no rule are of that one."""


def _require_logits(logits: np.ndarray) -> None:
    if logits.ndim != 3 or logits.shape[1] == 0:
        raise MetricError(f"logits must be (B, N, C) with at least one branch, got {logits.shape}")
