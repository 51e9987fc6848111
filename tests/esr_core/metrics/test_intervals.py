import numpy as np
import pytest
from scipy.stats import bootstrap

from esr_core.errors import MetricError
from esr_core.metrics import corrected_resampled_t_test, mean_interval, trials_estimate


@pytest.fixture
def rights():
    """Whether 200 predictions of two branches are right, (200, 2)."""
    return np.random.default_rng(1).random((200, 2)) < (0.7, 0.95)


def test_without_clusters_it_is_scipys_percentile_interval(rights):
    found = mean_interval(rights, resamples=20_000)
    for column, (low, high) in enumerate(found):
        scipys = bootstrap(
            (rights[:, column],), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(0)
        ).confidence_interval
        assert low == pytest.approx(scipys.low, abs=0.006)
        assert high == pytest.approx(scipys.high, abs=0.006)


def test_clusters_of_one_picture_change_nothing(rights):
    np.testing.assert_array_equal(mean_interval(rights), mean_interval(rights, np.arange(200)))


def test_copies_of_a_picture_say_nothing_new(rights):
    """Four pictures of each person, all alike, are worth one: drawn singly they would halve the interval."""
    copied, people = np.repeat(rights, 4, axis=0), np.repeat(np.arange(200), 4)
    np.testing.assert_allclose(mean_interval(copied, people), mean_interval(rights))
    singly = np.diff(mean_interval(copied), axis=1)
    np.testing.assert_allclose(singly / np.diff(mean_interval(rights), axis=1), 0.5, atol=0.08)


def test_clusters_of_different_sizes_weigh_by_their_pictures():
    """Two people, three pictures right and one wrong: resamples are both, twice the first or twice the second."""
    found = mean_interval(np.array([[1.0], [1.0], [1.0], [0.0]]), np.array(["a", "a", "a", "b"]), confidence=0.2)
    np.testing.assert_allclose(found, [[0.75, 0.75]])
    found = mean_interval(np.array([[1.0], [1.0], [1.0], [0.0]]), np.array(["a", "a", "a", "b"]))
    np.testing.assert_allclose(found, [[0, 1]])


def test_it_holds_the_true_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(3)
    columns = rng.random((150, 300)) < 0.8  # 300 experiments of 150 pictures
    held = [low <= 0.8 <= high for column in columns.T for low, high in mean_interval(column[:, None], resamples=400)]
    assert 0.90 <= np.mean(held) <= 0.98


def test_many_kinds_of_pictures_are_drawn_in_parts(monkeypatch, rights):
    values = np.random.default_rng(0).random((50, 1))
    whole = mean_interval(values)
    monkeypatch.setattr("esr_core.metrics.intervals.CELLS_AT_ONCE", 50 * 300)
    np.testing.assert_allclose(mean_interval(values), whole)


def test_one_cluster_shows_no_spread(rights):
    assert np.isnan(mean_interval(rights, np.zeros(200))).all()
    assert np.isnan(mean_interval(rights[:1])).all()
    assert np.isnan(mean_interval(rights[:0])).all()


def test_what_does_not_fit_is_refused(rights):
    with pytest.raises(MetricError, match=r"got \(200, 2\) and \(3,\)"):
        mean_interval(rights, np.zeros(3))
    with pytest.raises(MetricError, match="confidence must be between 0 and 1, got 95"):
        mean_interval(rights, confidence=95)


def test_a_picture_without_a_value_is_no_part_of_that_columns_mean():
    values = np.random.default_rng(0).random((200, 2))
    values[50:, 1] = np.nan
    both = mean_interval(values)
    np.testing.assert_allclose(both[0], mean_interval(values[:, :1])[0])
    low, high = both[1]
    assert low < np.nanmean(values[:, 1]) < high
    assert high - low > np.diff(both[0])[0], "of a quarter of the pictures less is known"
    values[1:, 1] = np.nan
    assert np.isnan(mean_interval(values)[1]).all(), "one value shows no spread"
    assert np.isnan(mean_interval(np.full((3, 1), np.nan))).all()


def test_the_interval_of_trials_is_where_the_corrected_test_stops_finding_a_difference():
    scores = np.array([0.81, 0.84, 0.79, 0.86, 0.83])
    estimate = trials_estimate(scores, 0.25)
    assert estimate.value == pytest.approx(scores.mean())
    for bound in estimate[1:]:
        assert corrected_resampled_t_test(scores, np.full(5, bound), 0.25) == pytest.approx(0.05)


def test_an_interval_of_few_trials_ends_where_the_value_must():
    estimate = trials_estimate(np.array([0.75, 0.95]), 0.25)
    assert (estimate.low < 0, estimate.high > 1) == (True, True)
    assert estimate.within(0, 1) == (estimate.value, 0, 1)
    assert np.isnan(trials_estimate(np.array([0.8]), 0.25).within(0, 1)[1:]).all()


def test_a_single_trial_has_no_interval_and_none_no_mean():
    assert trials_estimate(np.array([0.8]), 0.25)[0] == 0.8
    assert np.isnan(trials_estimate(np.array([0.8]), 0.25)[1:]).all()
    with pytest.raises(MetricError, match=r"scores must be \(T,\) of at least one trial, got \(0,\)"):
        trials_estimate(np.array([]), 0.25)
    with pytest.raises(MetricError, match="test_to_training must be above 0, got 0"):
        trials_estimate(np.array([0.8]), 0)
