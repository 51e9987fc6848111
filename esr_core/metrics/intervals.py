"""How far a mean over pictures would move if other pictures had been taken."""

import numpy as np

from esr_core.errors import MetricError

CONFIDENCE = 0.95
RESAMPLES = 2000
CELLS_AT_ONCE = 10**7  # of drawn counts, 80 MB


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
    totals = _cluster_totals(values, clusters)
    bounds = np.full((values.shape[1], 2), np.nan)
    show_spread = np.count_nonzero(totals[:, values.shape[1] :], axis=0) > 1  # (K,)
    if show_spread.any():
        means = _resampled_means(totals, resamples, np.random.default_rng(seed))[:, show_spread]
        outside = (1 - confidence) / 2
        bounds[show_spread] = np.nanquantile(means, [outside, 1 - outside], axis=0).T
    return bounds


def _cluster_totals(values: np.ndarray, clusters: np.ndarray | None) -> np.ndarray:
    """Sum of each column, then how many values it has, of each cluster, (G, 2 K)."""
    counted = np.column_stack([np.nan_to_num(values), ~np.isnan(values)]).astype(np.float64)
    if clusters is None:
        return counted
    names, places = np.unique(clusters, return_inverse=True)
    totals = np.zeros((len(names), counted.shape[1]))
    np.add.at(totals, places, counted)
    return totals


def _resampled_means(totals: np.ndarray, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Means of each column in every resample, (R, K).

    Clusters that are alike are drawn as one kind with its share: the same distribution, from far fewer numbers.
    """
    kinds, counts = np.unique(totals, axis=0, return_counts=True)
    shares = counts / len(totals)
    at_once = max(1, CELLS_AT_ONCE // len(kinds))
    sums = np.concatenate(
        [
            rng.multinomial(len(totals), shares, size=min(at_once, resamples - done)) @ kinds
            for done in range(0, resamples, at_once)
        ]
    )
    values, counts = np.hsplit(sums, 2)
    return np.divide(values, counts, out=np.full_like(values, np.nan), where=counts > 0)
