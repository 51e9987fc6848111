from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from esr_core.config import ProtocolConfig, TrainingConfig
from esr_core.errors import MetricError
from esr_core.evaluation import TESTS, Trial, comparison_table, spread_table, trial_of
from esr_core.metrics import Predictions
from esr_core.records import RunInfo, RunStatus

SCORES = {
    "TE": [0.80, 0.84, 0.79, 0.86, 0.83],
    "ESR": [0.83, 0.85, 0.84, 0.85, 0.85],
    "single": [0.71, 0.72, 0.74, 0.78, 0.70],
}


def trial(name: str, fold: int, score: float) -> Trial:
    """A trial whose fold has two pictures."""
    pictures = frozenset({f"{fold}-a", f"{fold}-b"})
    return Trial(f"{name}-{fold}", fold, 0, ("keen", "bored"), pictures, 0.25, {"accuracy": score})


@pytest.fixture
def groups():
    return {name: [trial(name, fold, score) for fold, score in enumerate(scores)] for name, scores in SCORES.items()}


def test_mean_and_deviation_of_each_group(groups):
    table = spread_table(groups | {"one": groups["TE"][:1], "none": []}, "accuracy").set_index("group")
    assert table.loc["TE", "mean"] == pytest.approx(0.824)
    assert table.loc["TE", "sd"] == pytest.approx(np.std(SCORES["TE"], ddof=1))
    assert table["trials"].tolist() == [5, 5, 5, 1, 0]
    assert np.isnan(table.loc[["one", "none"], "sd"]).all()


def test_every_two_groups_are_tested_as_scipy_does(groups):
    table = comparison_table(groups, "accuracy", "t")
    assert table[["first", "second"]].to_numpy().tolist() == [["TE", "ESR"], ["TE", "single"], ["ESR", "single"]]
    for row in table.itertuples():
        assert row.p == pytest.approx(stats.ttest_rel(SCORES[row.first], SCORES[row.second]).pvalue)
    assert table["difference"][0] == pytest.approx(0.02)
    smallest = table["p"].idxmin()
    assert table["p_holm"][smallest] == pytest.approx(3 * table["p"][smallest])


@pytest.mark.parametrize("test", TESTS)
def test_trials_are_paired_by_fold_and_seed_and_not_by_place(groups, test):
    shuffled = groups | {"ESR": groups["ESR"][::-1]}
    np.testing.assert_array_equal(
        comparison_table(shuffled, "accuracy", test)["p"], comparison_table(groups, "accuracy", test)["p"]
    )


def test_the_corrected_test_takes_the_share_of_test_pictures(groups):
    plain, corrected = (comparison_table(groups, "accuracy", test)["p"] for test in ("t", "corrected-t"))
    assert (corrected > plain).all()


def test_groups_with_other_trials_are_refused_with_the_count(groups):
    groups["ESR"].pop()
    groups["ESR"][0] = replace(groups["ESR"][0], seed=1)
    with pytest.raises(
        MetricError,
        match="TE and ESR must have the same trials to be paired, found 3 of 6 folds and seeds in one alone",
    ):
        comparison_table(groups, "accuracy", "t")


def test_two_runs_of_one_fold_and_seed_are_no_two_trials(groups):
    groups["ESR"].append(trial("copy of ESR", 3, 0.99))
    with pytest.raises(
        MetricError, match="ESR must have one trial of each fold and seed to be paired, found 6 trials of 5"
    ):
        comparison_table(groups, "accuracy", "t")


def test_runs_tested_on_other_pictures_are_refused_with_the_count(groups):
    groups["ESR"][2] = replace(groups["ESR"][2], ids=frozenset({"2-a", "c", "d"}))
    with pytest.raises(
        MetricError, match="TE-2 and ESR-2 must be tested on the same pictures to be paired, found 3 of 4 in one alone"
    ):
        comparison_table(groups, "accuracy", "t")


def test_runs_of_other_classes_are_refused(groups):
    groups["ESR"][0] = replace(groups["ESR"][0], class_names=("keen", "sad"))
    with pytest.raises(
        MetricError, match=r"must know the same classes .* got \['keen', 'bored'\] and \['keen', 'sad'\]"
    ):
        comparison_table(groups, "accuracy", "t")


def test_one_group_or_none_has_nothing_to_be_told_apart_from(groups):
    assert comparison_table({"TE": groups["TE"]}, "accuracy", "t").empty


def test_groups_with_the_same_scores_have_no_p_value(groups):
    same = {"TE": groups["TE"], "copy": groups["TE"]}
    assert comparison_table(same, "accuracy", "t")[["p", "p_holm"]].isna().all(axis=None)


def test_a_run_is_measured_as_a_trial():
    logits = np.eye(2)[[[0, 0, 1], [1, 0, 1]]]  # branches 1-3 say 0, 0, 1 and 1, 0, 1
    said = Predictions(np.array(["a", "b"]), np.array([0, 1]), logits, ("keen", "bored"))
    config = TrainingConfig(data="toy", protocol=ProtocolConfig(fold=3), seed=7)
    run = RunInfo("run", RunStatus(state="finished", updated=0.0), config, 0.0, None, None)
    found = trial_of(run, said, num_training=8)
    assert (found.key, found.ids, found.test_to_training) == ((3, 7), frozenset("ab"), 0.25)
    assert found.scores["accuracy"] == 1.0
    assert found.scores["mean accuracy of branches"] == pytest.approx((1 + 0.5 + 0.5) / 3)
    with pytest.raises(MetricError, match="run must have settings and training pictures, got 0 pictures"):
        trial_of(run, said, num_training=0)
