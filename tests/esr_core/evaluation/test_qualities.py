import numpy as np
import pytest

from esr_core.errors import MetricError
from esr_core.evaluation import PAPER_RESULTS, QUALITIES, diversity_numbers, pareto_front
from esr_core.metrics import Predictions, statistic_estimate
from esr_core.metrics.scores import measures
from esr_core.networks import ESR, count_parameters


@pytest.fixture
def predictions() -> Predictions:
    """Three branches of 300 pictures in four unequal classes, some without a class."""
    rng = np.random.default_rng(3)
    labels = rng.choice([-1, 0, 1, 2, 3], size=300, p=[0.05, 0.5, 0.3, 0.1, 0.05])
    logits = rng.normal(size=(300, 3, 4)) + 2.0 * np.eye(4)[labels][:, None]
    return Predictions(np.arange(300).astype(str), labels, logits, ("a", "b", "c", "d"))


@pytest.mark.parametrize("name", QUALITIES)
def test_a_quality_is_what_the_catalogues_measure_of_that_name_gives(name, predictions):
    expected = measures(predictions) | diversity_numbers(predictions.where(predictions.labels >= 0))
    assert QUALITIES[name].of(predictions) == pytest.approx(expected[name])
    estimate = QUALITIES[name].estimate(predictions)
    assert estimate.value == pytest.approx(expected[name])
    assert estimate.low < estimate.high


@pytest.mark.parametrize("name", ["balanced accuracy", "calibration error"])
def test_its_interval_is_that_of_resampled_pictures(name, predictions):
    """Against a plain loop that draws pictures and measures them anew."""
    rng = np.random.default_rng(5)
    known = predictions.where(predictions.labels >= 0)
    drawn = [QUALITIES[name].of(known.where(rng.integers(len(known.ids), size=len(known.ids)))) for _ in range(400)]
    estimate = QUALITIES[name].estimate(predictions)
    low, high = np.quantile(drawn, [0.025, 0.975])
    mirrored = 2 * estimate.value - high, 2 * estimate.value - low
    expected = mirrored if name == "calibration error" else (low, high)
    np.testing.assert_allclose(estimate[1:], expected, atol=0.015)


def sure(temperature: float, num_pictures: int, rng: np.random.Generator) -> Predictions:
    """A single network whose logits are those that draw the classes, times a factor: above 1 it is too sure."""
    logits = 2 * rng.normal(size=(num_pictures, 4))
    labels = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)  # drawn by softmax
    return Predictions(np.arange(num_pictures).astype(str), labels, temperature * logits[:, None], tuple("abcd"))


def test_the_interval_of_a_calibration_error_holds_the_true_one():
    """Gaps that chance makes count as error, and in resamples once more: above the truth lie all but 2 of 20."""
    rng, error = np.random.default_rng(1), QUALITIES["calibration error"]
    truth = error.of(sure(1.3, 30_000, rng))
    parts = [error.parts(sure(1.3, 150, rng)) for _ in range(20)]
    estimates = [statistic_estimate(each, error.statistic, resamples=300, grows_by_chance=True) for each in parts]
    assert np.mean([low <= truth <= high for _, low, high in estimates]) >= 0.8
    assert all(low <= value <= high for value, low, high in estimates)


def test_a_calibrated_network_may_have_no_error_at_all():
    value, low, high = QUALITIES["calibration error"].estimate(sure(1, 60, np.random.default_rng(39)))
    assert 0 == low < value <= high


def test_a_single_network_has_no_disagreement_and_no_pictures_no_quality(predictions):
    single = Predictions(predictions.ids, predictions.labels, predictions.logits[:, :1], predictions.class_names)
    with pytest.raises(MetricError, match="label disagreement needs two branches or more, got a single network"):
        QUALITIES["label disagreement"].of(single)
    nothing = predictions.where(np.zeros(300, dtype=bool))
    assert all(np.isnan(QUALITIES[name].estimate(nothing)).all() for name in QUALITIES)


def test_parts_and_clusters_must_fit():
    with pytest.raises(MetricError, match=r"parts must be \(B, K\) and clusters \(B,\), got \(3,\)"):
        statistic_estimate(np.ones(3), lambda sums: sums[..., 0])


@pytest.mark.parametrize(("better", "front"), [("higher", [3, 0, 2]), ("lower", [3, 1])])
def test_the_front_is_what_nothing_cheaper_or_equal_beats(better, front):
    costs, values = [2, 2, 5, 1, 7, 9], [0.8, 0.6, 0.9, 0.7, 0.9, np.nan]
    assert pareto_front(costs, values, better).tolist() == front


def test_nothing_has_no_front_and_lengths_must_agree():
    assert pareto_front([], [], "higher").tolist() == []
    with pytest.raises(MetricError, match=r"costs and values must both be \(P,\), got \(2,\) and \(1,\)"):
        pareto_front([1, 2], [1], "higher")


def test_the_papers_networks_have_the_parameters_of_its_table():
    counts = {one.name: count_parameters(ESR.from_config(one.network)).total for one in PAPER_RESULTS}
    assert counts.pop("ESR-9") // 1_000_000 == 20  # "approximately 20M"
    assert counts == {
        "Single Network": 131_208,
        "Traditional Ensemble": 524_832,
        "ESR-4 Lvl. 3": 355_104,
        "ESR-4 Lvl. 4": 243_936,
    }
