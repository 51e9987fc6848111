"""How far a mean over pictures, or over trials, would move if others had been taken."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy

from esr_core.errors import MetricError

CONFIDENCE = 0.95
RESAMPLES = 2000
CELLS_AT_ONCE = 10**7  # of drawn counts, 80 MB

Statistic = Callable[[np.ndarray], np.ndarray]
"""What sums over pictures (..., K) are worth, (...)."""


class Estimate(NamedTuple):
    """A value with its interval, both bounds NaN where there is none."""

    value: float
    low: float = float("nan")
    high: float = float("nan")

    def within(self, lowest: float, highest: float) -> "Estimate":
        """The same with bounds cut off at what the value can be: an interval of few trials goes beyond it."""
        return Estimate(self.value, *np.clip(self[1:], lowest, highest).tolist())


def mean_interval(
    values: np.ndarray,
    clusters: np.ndarray | None = None,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> np.ndarray:
    """Percentile bootstrap interval of each column's mean.

    Pictures of one person are alike: who is recognised once is recognised again. Drawn one by one they would seem to
    say more than they do, so where ``clusters`` are known, whole clusters are drawn, each with all its pictures.
    A mean without spread, such as an accuracy of 1, gets an interval without width: the bootstrap cannot know of
    errors that it has never seen.

    Args:
        values: (B, K), for accuracy whether each of K predictions of a picture is right; NaN where a picture has no
            value, which then is no part of that column's mean.
        clusters: who is on each picture (B,); None draws single pictures.
        confidence: share of intervals that hold the true mean, in (0, 1).
        resamples: how often as many clusters as there are, are drawn with replacement.
        seed: of the draws; all columns share them.

    Returns:
        Lower and upper bound (K, 2); NaN where fewer than two clusters have a value, which show no spread.

    Raises:
        MetricError: if the shapes do not fit together or ``confidence`` is not in (0, 1).

    Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13 (percentile interval); Davison
    and Hinkley 1997, "Bootstrap Methods and their Application", section 3.8 (drawing whole clusters).
    """
    if values.ndim != 2 or (clusters is not None and clusters.shape != values.shape[:1]):
        found = f"{values.shape}" if clusters is None else f"{values.shape} and {clusters.shape}"
        raise MetricError(f"values must be (B, K) and clusters (B,), got {found}")
    if not 0 < confidence < 1:
        raise MetricError(f"confidence must be between 0 and 1, got {confidence}")
    counted = np.column_stack([np.nan_to_num(values), ~np.isnan(values)]).astype(np.float64)
    totals = _cluster_totals(counted, clusters)
    bounds = np.full((values.shape[1], 2), np.nan)
    show_spread = np.count_nonzero(totals[:, values.shape[1] :], axis=0) > 1  # (K,)
    if show_spread.any():
        sums, counts = np.hsplit(_resampled_sums(totals, resamples, np.random.default_rng(seed)), 2)
        means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)[:, show_spread]
        outside = (1 - confidence) / 2
        bounds[show_spread] = np.nanquantile(means, [outside, 1 - outside], axis=0).T
    return bounds


def statistic_estimate(
    parts: np.ndarray,
    statistic: Statistic,
    clusters: np.ndarray | None = None,
    resamples: int = RESAMPLES,
    grows_by_chance: bool = False,
) -> Estimate:
    """A statistic of sums over pictures, such as a mean of ratios, with its 95 % bootstrap interval.

    The interval is that of percentiles, but for a statistic that ``grows_by_chance``: its value lies above the true
    one, and resamples lie above its value by as much again, so that their percentiles may hold neither. They are
    mirrored at the value.

    Args:
        parts: what each picture adds to the sums (B, K).
        statistic: of the sums; NaN of a resample on which it is not defined, which is then left out.
        clusters: as in :func:`mean_interval`.
        resamples: as in :func:`mean_interval`.
        grows_by_chance: whether the statistic is never below 0 and the larger the fewer pictures there are, as a mean
            of absolute differences.

    Returns:
        The interval is NaN with fewer than two clusters; mirrored it holds the value, and nothing below 0.

    Raises:
        MetricError: if the shapes do not fit together.

    Source: as :func:`mean_interval`; mirrored: Davison and Hinkley 1997, section 5.2 (basic bootstrap).
    """
    if parts.ndim != 2 or (clusters is not None and clusters.shape != parts.shape[:1]):
        found = f"{parts.shape}" if clusters is None else f"{parts.shape} and {clusters.shape}"
        raise MetricError(f"parts must be (B, K) and clusters (B,), got {found}")
    value = float(statistic(parts.sum(axis=0)))
    totals = _cluster_totals(parts, clusters)
    if len(totals) < 2:
        return Estimate(value)
    values = statistic(_resampled_sums(totals, resamples, np.random.default_rng(0)))
    low, high = np.nanquantile(values, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    if grows_by_chance:
        low, high = max(2 * value - high, 0), max(2 * value - low, value)
    return Estimate(value, float(low), float(high))


def trials_estimate(scores: np.ndarray, test_to_training: float) -> Estimate:
    """Mean over the trials of a group with a 95 % interval that allows for training pictures that trials share.

    It is the interval of :func:`corrected_resampled_t_test`: of variance (1 / T + n_test / n_training) s^2.

    Args:
        scores: one per trial, (T,).
        test_to_training: pictures that test for each that trains, > 0.

    Returns:
        The interval is NaN with fewer than two trials.

    Raises:
        MetricError: if ``scores`` is not one-dimensional or empty, or ``test_to_training`` is not above 0.

    Source: Nadeau and Bengio 2003, section 3, doi 10.1023/A:1024068626366.
    """
    if scores.ndim != 1 or not len(scores):
        raise MetricError(f"scores must be (T,) of at least one trial, got {scores.shape}")
    if not test_to_training > 0:
        raise MetricError(f"test_to_training must be above 0, got {test_to_training}")
    mean, trials = float(scores.mean()), len(scores)
    if trials < 2:
        return Estimate(mean)
    error = np.sqrt((1 / trials + test_to_training) * scores.var(ddof=1))
    half = float(error * scipy.stats.t.ppf((1 + CONFIDENCE) / 2, df=trials - 1))
    return Estimate(mean, mean - half, mean + half)


def _cluster_totals(parts: np.ndarray, clusters: np.ndarray | None) -> np.ndarray:
    """Sums of the pictures (B, K) of each cluster, (G, K)."""
    if clusters is None:
        return parts
    names, places = np.unique(clusters, return_inverse=True)
    totals = np.zeros((len(names), parts.shape[1]))
    np.add.at(totals, places, parts)
    return totals


def _resampled_sums(totals: np.ndarray, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Sums of each column in every resample, (R, K).

    Clusters that are alike are drawn as one kind with its share: the same distribution, from far fewer numbers.
    """
    kinds, counts = np.unique(totals, axis=0, return_counts=True)
    shares = counts / len(totals)
    at_once = max(1, CELLS_AT_ONCE // len(kinds))
    return np.concatenate(
        [
            rng.multinomial(len(totals), shares, size=min(at_once, resamples - done)) @ kinds
            for done in range(0, resamples, at_once)
        ]
    )
