"""Whether two groups of trained ensembles differ by more than chance, from scores of the same trials."""

import numpy as np
import scipy

from esr_core.errors import MetricError

DECIMALS = 12  # differences are rounded to it: 0.3 - 0.2 and 0.2 - 0.1 are ties, whatever their last bits say


def paired_t_test(first: np.ndarray, second: np.ndarray) -> float:
    """Two-sided p-value of the paired t-test.

    Folds share training pictures, so their scores are not independent and it finds differences too easily; see
    :func:`corrected_resampled_t_test`.

    Args:
        first: scores of one group, one per trial, (T,).
        second: scores of the other in the same trials.

    Returns:
        Value in [0, 1]; NaN with fewer than two trials, or where all differences are the same: without spread there is
        no t.

    Raises:
        MetricError: if the two are not one-dimensional and of one length.

    Source: paper, Table 2; scipy's ``ttest_1samp`` of the differences.
    """
    differences = _differences(first, second)
    return float(scipy.stats.ttest_1samp(differences, 0).pvalue) if _has_spread(differences) else float("nan")


def corrected_resampled_t_test(first: np.ndarray, second: np.ndarray, test_to_training: float) -> float:
    """Two-sided p-value of the paired t-test with a variance that allows for training pictures that trials share.

    The variance of the mean difference is (1 / T + n_test / n_training) s^2 instead of s^2 / T.

    Args:
        first: scores of one group, one per trial, (T,).
        second: scores of the other in the same trials.
        test_to_training: pictures that test for each that trains, > 0.

    Returns:
        Value in [0, 1]; NaN where :func:`paired_t_test` is.

    Raises:
        MetricError: if the shapes do not fit together or ``test_to_training`` is not above 0.

    Source: Nadeau and Bengio 2003, section 3, doi 10.1023/A:1024068626366.
    """
    differences = _differences(first, second)
    if not test_to_training > 0:
        raise MetricError(f"test_to_training must be above 0, got {test_to_training}")
    if not _has_spread(differences):
        return float("nan")
    trials = len(differences)
    t = differences.mean() / np.sqrt((1 / trials + test_to_training) * differences.var(ddof=1))
    return float(2 * scipy.stats.t.sf(abs(t), df=trials - 1))


def wilcoxon_signed_rank(first: np.ndarray, second: np.ndarray) -> float:
    """Two-sided p-value of Wilcoxon's signed-rank test, which asks no normal distribution; ties are left out.

    Five trials cannot give less than 0.0625, whatever they show.

    Args:
        first: scores of one group, one per trial, (T,).
        second: scores of the other in the same trials.

    Returns:
        Value in [0, 1]; NaN where no trial shows a difference.

    Raises:
        MetricError: if the two are not one-dimensional and of one length.

    Source: Wilcoxon 1945, doi 10.2307/3001968; scipy's ``wilcoxon``.
    """
    differences = _differences(first, second)
    differences = differences[differences != 0]
    return float(scipy.stats.wilcoxon(differences).pvalue) if len(differences) else float("nan")


def holm(p_values: np.ndarray) -> np.ndarray:
    """p-values corrected for how many there are, so that of all tests together at most the chosen share errs.

    Args:
        p_values: (K,) in [0, 1]; those that are NaN stay NaN and do not count as tests.

    Returns:
        (K,) in [0, 1], none below what it was.

    Raises:
        MetricError: if they are not one-dimensional.

    Source: Holm 1979, jstor.org/stable/4615733.
    """
    if p_values.ndim != 1:
        raise MetricError(f"p_values must be (K,), got {p_values.shape}")
    order = np.argsort(p_values)[: np.count_nonzero(~np.isnan(p_values))]  # NaN is sorted last
    stepped = p_values[order] * np.arange(len(order), 0, -1)
    adjusted = np.full(len(p_values), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return adjusted


def _differences(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    if first.ndim != 1 or first.shape != second.shape:
        raise MetricError(f"scores of two groups must both be (T,), got {first.shape} and {second.shape}")
    return np.round(first.astype(np.float64) - second, DECIMALS)


def _has_spread(differences: np.ndarray) -> bool:
    return len(differences) > 1 and bool(np.ptp(differences) > 0)  # NaN has none
