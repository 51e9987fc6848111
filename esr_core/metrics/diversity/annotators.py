"""Where branches disagree, and where people do: data sets that count the votes of several annotators."""

from typing import NamedTuple

import numpy as np
import scipy

from esr_core.errors import MetricError
from esr_core.metrics.diversity.arguments import ratio, require_predictions
from esr_core.metrics.diversity.information import entropy


class RankCorrelation(NamedTuple):
    """Spearman's correlation over so many images."""

    rho: float  # in [-1, 1]; NaN where one side is the same for all images, or there are fewer than 3
    p_value: float  # of no correlation, two-sided
    num_images: int


def image_disagreement(predictions: np.ndarray) -> np.ndarray:
    """Share of an image's pairs of branches that name different classes; its mean is the mean label disagreement.

    Args:
        predictions: class indices (B, N).

    Returns:
        (B,) in [0, 1].

    Raises:
        MetricError: if predictions is not as described or has a single branch.
    """
    require_predictions(predictions)
    return vote_disagreement((predictions[:, :, None] == np.unique(predictions)).sum(axis=1))


def vote_disagreement(votes: np.ndarray) -> np.ndarray:
    """Share of the pairs of voters that choose differently.

    Args:
        votes: voters by their choice (B, V), counts.

    Returns:
        (B,) in [0, 1]; NaN where fewer than two voted.
    """
    voters = votes.sum(axis=1)
    return 1 - ratio((votes * (votes - 1)).sum(axis=1), voters * (voters - 1))


def vote_entropy(votes: np.ndarray) -> np.ndarray:
    """Entropy of the annotators' votes on each image.

    Args:
        votes: annotators by their choice (B, V), counts.

    Returns:
        (B,) bits, from 0, where all chose alike, to log2(V); NaN where nobody voted. The same for the same shares,
        whichever choices they fall on, to the last bit: these are ties where images are ranked.

    Raises:
        MetricError: if votes is not two-dimensional or holds less than 0.
    """
    if votes.ndim != 2 or not (votes >= 0).all():  # NaN fails as well
        raise MetricError(f"votes must be counts (B, V), 0 or more, got {votes.shape}")
    ordered = np.sort(votes, axis=1)  # a sum in another order could differ in its last bit
    return entropy(ratio(ordered, ordered.sum(axis=1, keepdims=True)))


def annotator_correlation(predictions: np.ndarray, votes: np.ndarray) -> RankCorrelation:
    """Whether branches disagree on the images on which annotators do: the paper's Figure 8 as a number.

    Spearman's correlation between ``image_disagreement`` and ``vote_entropy``, over the images with votes.

    Args:
        predictions: class indices (B, N).
        votes: annotators by their choice (B, V), counts.

    Raises:
        MetricError: if the two are not as described, of different images, or there is a single branch.

    Source: Spearman 1904, doi 10.2307/1412159; the votes: Barsoum et al. 2016, doi 10.1145/2993148.2993165.
    """
    by_branches, by_people = image_disagreement(predictions), vote_entropy(votes)
    if by_branches.shape != by_people.shape:
        raise MetricError(f"votes must be of the {len(predictions)} images of predictions, got {len(votes)}")
    is_known = ~np.isnan(by_people)
    by_branches, by_people = by_branches[is_known], by_people[is_known]
    if len(by_people) < 3 or np.ptp(by_branches) == 0 or np.ptp(by_people) == 0:
        return RankCorrelation(float("nan"), float("nan"), len(by_people))
    rho, p_value = scipy.stats.spearmanr(by_branches, by_people)
    return RankCorrelation(float(rho), float(p_value), len(by_people))
