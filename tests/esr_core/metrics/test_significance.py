import numpy as np
import pytest
from scipy import stats

from esr_core.errors import MetricError
from esr_core.metrics import corrected_resampled_t_test, holm, paired_t_test, wilcoxon_signed_rank

FIRST = np.array([0.80, 0.84, 0.79, 0.86, 0.82, 0.88, 0.81, 0.83, 0.85, 0.80])
SECOND = np.array([0.83, 0.85, 0.84, 0.88, 0.81, 0.92, 0.84, 0.85, 0.89, 0.80])
EVERY_TEST = (
    paired_t_test,
    wilcoxon_signed_rank,
    lambda first, second: corrected_resampled_t_test(first, second, 0.25),
)


def test_the_paired_t_test_is_scipys():
    assert paired_t_test(FIRST, SECOND) == pytest.approx(stats.ttest_rel(FIRST, SECOND).pvalue)


def test_the_paired_t_test_by_hand():
    """Differences 1, 2, 3: mean 2, deviation 1, t = 2 * sqrt(3), two degrees of freedom: p = 1 - t / sqrt(2 + t^2)."""
    t = 2 * 3**0.5
    assert paired_t_test(np.array([1.0, 2.0, 3.0]), np.zeros(3)) == pytest.approx(1 - t / (2 + t**2) ** 0.5)


def test_the_corrected_test_by_hand():
    """The same differences with a quarter as many test pictures: t = 2 / sqrt(1 / 3 + 1 / 4)."""
    t = 2 / (1 / 3 + 1 / 4) ** 0.5
    p = corrected_resampled_t_test(np.array([1.0, 2.0, 3.0]), np.zeros(3), test_to_training=0.25)
    assert p == pytest.approx(1 - t / (2 + t**2) ** 0.5)


def test_the_corrected_test_finds_less_and_without_overlap_the_same():
    plain = paired_t_test(FIRST, SECOND)
    assert corrected_resampled_t_test(FIRST, SECOND, 0.25) > plain
    assert corrected_resampled_t_test(FIRST, SECOND, 1e-12) == pytest.approx(plain)


def test_wilcoxon_by_hand():
    """Five differences of one sign: 2 of the 32 sign patterns are as extreme."""
    first = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    assert wilcoxon_signed_rank(first, np.zeros(5)) == pytest.approx(2 / 32)
    assert wilcoxon_signed_rank(first, np.zeros(5)) == stats.wilcoxon(first).pvalue


def test_differences_that_differ_in_their_last_bits_are_ties():
    first, second = np.array([0.3, 0.2, 0.5, 0.9]), np.array([0.2, 0.1, 0.6, 0.8])  # 0.1, 0.1, -0.1, 0.1
    assert len(set(np.abs(first - second))) > 1
    assert wilcoxon_signed_rank(first, second) == wilcoxon_signed_rank(np.array([1.0, 1, -1, 1]), np.zeros(4))


@pytest.mark.parametrize("test", EVERY_TEST)
def test_two_groups_of_the_same_scores_cannot_be_tested(test):
    assert np.isnan(test(FIRST, FIRST))


def test_differences_without_spread_or_a_single_one_have_no_t():
    assert np.isnan(paired_t_test(FIRST, FIRST - 0.1))
    assert np.isnan(corrected_resampled_t_test(FIRST, FIRST - 0.1, 0.25))
    assert np.isnan(paired_t_test(FIRST[:1], SECOND[:1]))


@pytest.mark.parametrize("test", EVERY_TEST)
def test_a_score_that_is_not_defined_gives_no_p(test):
    assert np.isnan(test(FIRST, np.append(SECOND[:-1], np.nan)))


@pytest.mark.parametrize("test", EVERY_TEST)
def test_the_order_of_the_groups_does_not_matter(test):
    assert test(FIRST, SECOND) == pytest.approx(test(SECOND, FIRST))


@pytest.mark.parametrize("test", EVERY_TEST)
def test_different_numbers_of_trials_are_refused(test):
    with pytest.raises(MetricError, match=r"must both be \(T,\), got \(10,\) and \(9,\)"):
        test(FIRST, SECOND[:-1])


def test_a_share_of_nothing_is_refused():
    with pytest.raises(MetricError, match="test_to_training must be above 0, got 0"):
        corrected_resampled_t_test(FIRST, SECOND, 0)


def test_holm_by_hand():
    """0.01 * 4, then 0.02 * 3, then 0.03 * 2 = 0.06 again, then 0.04, which may not be below the last."""
    np.testing.assert_allclose(holm(np.array([0.03, 0.01, 0.04, 0.02])), [0.06, 0.04, 0.06, 0.06])


def test_holm_of_the_papers_table_2():
    """0.004 * 6, 0.005 * 5, 0.043 * 4, then past 1: level 4 no longer beats the single network."""
    table = np.array([0.004, 0.005, 0.043, 0.956, 0.614, 0.514])
    np.testing.assert_allclose(holm(table), [0.024, 0.025, 0.172, 1, 1, 1])


def test_what_could_not_be_tested_does_not_count_for_holm():
    np.testing.assert_allclose(holm(np.array([np.nan, 0.01, 0.04])), [np.nan, 0.02, 0.04])
    assert np.isnan(holm(np.array([np.nan]))).all()
    with pytest.raises(MetricError, match=r"must be \(K,\), got \(2, 2\)"):
        holm(np.zeros((2, 2)))
