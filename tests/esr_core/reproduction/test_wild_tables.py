"""Tables 3 to 5 and Figures 6 and 7 on sets with the labels of AffectNet and of FER+."""

from math import isnan

import numpy as np
import pytest

from esr_core.data.prepared import PreparedSet
from esr_core.reproduction import EXHIBITS, Report, Results, plan_runs, report
from esr_core.reproduction.report import differences
from tests.esr_core.reproduction.conftest import store_finished
from tests.wild_sets import affectnet_like, ferplus_like


@pytest.fixture(scope="module")
def sets(tmp_path_factory) -> list[PreparedSet]:
    root = tmp_path_factory.mktemp("wild")
    return [affectnet_like(root / "affectnet"), ferplus_like(root / "ferplus")]


def made(name: str, request, store) -> Report:
    return report(EXHIBITS[name], request, Results(store, plan_runs(request, store, store.list()), request.sets))


def test_each_experiment_learns_from_its_own_set_and_its_owners_parts(ask, store, sets):
    request = ask("table4", "table5", sets=sets)
    planned = plan_runs(request, store, [])
    names = [each.experiment.name for each in planned]
    assert names == ["esr9", "esr9-affect", *["esr9-ferplus"] * 5]
    assert [each.config.data_set.name for each in planned] == ["affectnet", "affectnet", *["ferplus"] * 5]
    assert {each.config.protocol.kind for each in planned} == {"official"}
    assert [each.config.task for each in planned] == ["emotion", "affect", *["emotion"] * 5]
    assert [each.config.seed for each in planned[2:]] == [0, 1, 2, 3, 4]
    assert differences(request) == [], "the paper's own setting"


def test_table_3_has_one_trial_with_its_own_interval(ask, store, sets):
    request = ask("table3", sets=sets)
    (run,) = store_finished(store, request, {"esr9": 0.6})
    first = made("table3", request, store).tables[0].frame.iloc[0]
    assert (first["paper, %"], first["trials"]) == (59.3, "1 of 1")
    predictions = store.predictions(run.run_id, "test")
    assert first["ours, %"] == pytest.approx(100 * (predictions.vote.predictions == predictions.labels).mean())
    assert (first["95 % low"], first["95 % high"]) == pytest.approx((50, 70)), "the run's"
    assert isnan(first["ours ±"])


def test_table_5_is_the_mean_of_five_trials_and_has_a_gap_while_one_is_missing(ask, store, sets):
    request = ask("table5", sets=sets)
    store_finished(store, request, {"esr9-ferplus": 0.8})
    planned = [each for each in plan_runs(request, store, store.list()) if each.experiment.name == "esr9-ferplus"]
    last = planned[-1].run_id
    every = made("table5", request, store).tables[0].frame.iloc[0]
    each = [store.predictions(run.run_id, "test") for run in planned]
    accuracies = [100 * (one.vote.predictions == one.labels).mean() for one in each]
    assert (every["paper, %"], every["trials"]) == (87.15, "5 of 5")
    assert (every["ours, %"], every["ours ±"]) == pytest.approx((np.mean(accuracies), np.std(accuracies, ddof=1)))
    store.delete(last)
    partly = made("table5", request, store)
    assert isnan(partly.tables[0].frame["ours, %"][0])
    waiting = "ESR-9 on AffectNet"
    assert partly.gaps == [
        f"{waiting}: 1 missing of 1",
        f"ESR-9 fine-tuned on FER+: 4 finished, 1 missing of 5, waiting for {waiting}",
    ]


def test_figure_7_counts_the_votes_of_all_trials_and_the_labels_of_the_set(ask, store, sets):
    request = ask("figure7", scale="quick", sets=sets)
    store_finished(store, request, {"esr9-ferplus": 0.9})
    ours, paper, labels = (each.frame for each in made("figure7", request, store).tables)
    np.testing.assert_allclose(ours.drop(columns="labelled").sum(axis=1), 100)
    assert paper.set_index("labelled").loc["contempt", "neutral"] == 40.0
    assert labels["ours"].tolist() == [11] * 8


@pytest.mark.parametrize(
    ("exhibit", "which", "lacking"),
    [
        ("table4", 1, ["valence and arousal, which FER+ (small)"]),
        ("table5", 0, ["annotators' votes, as FER+ has, which AffectNet (small)"]),
        ("table1", 0, ["the subject of every picture, of 10 people or more, which AffectNet (small)"]),
    ],
)
def test_a_set_alone_is_refused_for_what_it_lacks(ask, sets, exhibit, which, lacking):
    missing = ask(exhibit, sets=[sets[which]]).missing_data
    assert [phrase.split(" (/")[0] for phrase in missing] == lacking
