"""Tables of simulated runs, held against numpy and scipy and against the paper's print."""

from dataclasses import replace
from math import isnan

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from esr_core.records import EpochRecord
from esr_core.reproduction import EXHIBITS, Results, Table, markdown, markdown_table, plan_runs, report
from esr_core.reproduction.report import differences
from esr_core.reproduction.tables import table_4
from esr_core.run_store import RunStore
from tests.esr_core.reproduction.conftest import store_finished
from tests.simulated import store_simulated

SKILLS = {"single": 0.5, "te": 0.8, "level3-frozen": 0.8, "level4-frozen": 0.7}


def made(name, request, store):
    return report(EXHIBITS[name], request, Results(store, plan_runs(request, store, store.list()), request.sets))


def scores(store, request, name) -> list[float]:
    results = Results(store, plan_runs(request, store, store.list()), request.sets)
    return [trial.scores["accuracy"] for trial in results.trials(name)]


def test_tables_1_and_2_have_the_papers_numbers_beside_ours(ask, store):
    request = ask("table1", scale="quick")
    store_finished(store, request, SKILLS)
    first, second = (made(name, request, store) for name in ("table1", "table2"))
    (table,), (tests,) = first.tables, second.tables
    rows = table.frame.set_index("approach")
    assert rows["paper, %"].tolist() == [85.5, 89.2, 89.4, 88.5]
    assert rows["parameters"].tolist() == [131_208, 524_832, 355_104, 243_936]
    ours = {name: 100 * np.array(scores(store, request, name)) for name in SKILLS}
    assert rows["ours, %"].tolist() == pytest.approx([values.mean() for values in ours.values()])
    assert rows["ours ±"].tolist() == pytest.approx([values.std(ddof=1) for values in ours.values()])
    assert first.is_whole
    pair = tests.frame.set_index(["first", "second"]).loc[("Single Network", "Traditional Ensemble")]
    assert pair["paper, p"] == 0.004
    assert pair["points"] == pytest.approx((ours["te"] - ours["single"]).mean())
    assert pair["t, p"] == pytest.approx(stats.ttest_rel(ours["te"], ours["single"]).pvalue)
    assert len(tests.frame) == 6


def test_a_p_value_is_never_a_bare_zero():
    table = Table("", "Tests", pd.DataFrame({"p": [0.0002, 0.0006, 0.0], "points": [-0.0001, 12.0, np.nan]}), digits=3)
    assert markdown_table(table).splitlines()[2:] == [r"| \< 0.001 | 0.000 |", "| 0.001 | 12.000 |", "| 0.000 | – |"]


def test_a_row_with_a_missing_trial_has_no_number_and_is_named(ask, store):
    request = ask("table1", scale="quick")
    store_finished(store, request, SKILLS)
    store.delete(plan_runs(request, store, store.list())[-1].run_id)
    first, second = (made(name, request, store) for name in ("table1", "table2"))
    last = first.tables[0].frame.iloc[-1]
    assert isnan(last["ours, %"])
    assert last["trials"] == "1 of 2"
    assert first.gaps == ["ESR-4 level 4 frozen: 1 finished, 1 missing of 2"]
    tested = second.tables[0].frame.dropna(subset="points")
    assert len(tested) == 3, "of six pairs those that have all their trials"
    text = markdown(first, request, 7200.0)
    assert "| ESR-4 Lvl. 4 | 243,936 | 88.5 | 3.8 | – | – | – | – | 1 of 2 |" in text
    assert "together about 2.0 h on this machine" in text


def test_shipped_runs_stand_beside_the_networks_that_they_are_of(ask, store):
    request = ask("table1", "table5", scale="quick")
    assert "gallery on FER+, %" not in made("table1", request, store).tables[0].frame
    config = plan_runs(request, store, [])[0].config
    store_simulated(store, "gallery-single", config.replace(group="gallery", targets="votes"), 0.81)
    frame = made("table1", request, store).tables[0].frame.set_index("approach")
    assert frame["gallery on FER+, %"].dropna().to_dict() == {"Single Network": 81.0}
    assert frame["trials"].tolist() == ["0 of 2"] * 4, "beside the trials and none of them"
    store_simulated(store, "gallery-wild", config.replace(group="gallery", targets="votes"), 0.85)
    assert made("table5", request, store).tables[0].frame["gallery on FER+, %"][0] == 85.0


def test_figure_4_tests_each_network_against_the_traditional_ensemble(ask, store):
    request = ask("figure4", scale="quick")
    store_finished(store, request, {"single": 0.5, "te": 0.8, "level2-varied": 0.9})
    values, tests = made("figure4", request, store).tables
    assert len(values.frame) == 2 + 5 * 4
    assert values.frame.set_index("approach").loc["ESR-4 level 2 interleaved", "paper, %"] == 87.6
    assert values.frame["paper, %"].isna().sum() == 4, "level 5, which the paper does not draw"
    assert len(tests.frame) == 21
    assert set(tests.frame.dropna(subset="points")["first"]) == {"single network", "traditional ensemble"}


def test_what_differs_from_the_papers_setting_is_listed(ask):
    quick = differences(ask("table1", scale="quick"))
    assert quick[0] == "Built-in faces (easy) in place of CK+"
    assert "2 trials in place of 10" in quick
    assert "epochs_first_branch 2 in place of 2000 (preset ck+)" in quick
    paper = differences(ask("table5"))
    assert paper == [
        "Built-in faces (easy) in place of AffectNet",
        "protocol.kind subject-folds in place of official (preset affectnet)",
        "Built-in faces (easy) in place of FER+",
        "protocol.kind subject-folds in place of official (preset ferplus)",
    ]


def test_errors_of_valence_and_arousal_are_those_of_the_finished_run(ask, store):
    request = ask("table4")
    planned = plan_runs(request, store, [])[-1]
    store_simulated(store, planned.run_id, planned.config, 0.9, affect=True)
    results = Results(store, [replace(planned, run=store.info(planned.run_id))], request.sets)
    (table,) = table_4(results)
    predictions = store.predictions(planned.run_id, "test")
    errors = predictions.affect.mean(axis=1) - predictions.affect_targets
    valence, arousal = np.sqrt((errors**2).mean(axis=0))
    row = table.frame.iloc[0]
    assert (row["paper, arousal"], row["paper, valence"]) == (0.33, 0.36)
    assert (row["ours, arousal"], row["ours, valence"]) == pytest.approx((arousal, valence))
    assert table.frame["ours, arousal"].notna().sum() == 1, "other approaches are the paper's alone"


def test_a_confusion_matrix_is_of_all_trials_and_in_percent_of_the_labelled_class(ask, store):
    request = ask("figure6")
    store_finished(store, request, {"esr9": 0.9})
    ours, paper, labels = made("figure6", request, store).tables
    shares = ours.frame.drop(columns="labelled").to_numpy()
    np.testing.assert_allclose(shares.sum(axis=1), 100)
    assert np.diag(shares).mean() > 80
    assert paper.frame.set_index("labelled").loc["happiness", "contempt"] == 11.8
    assert labels.frame["ours"].sum() == request.sets["affectnet"].card.num_pictures


def test_convergence_is_read_at_the_first_epoch_and_has_gaps_while_a_trial_is_missing(ask, store):
    request = ask("figure5", scale="quick")
    first, curves = made("figure5", request, store).tables
    assert first.frame["paper, ESR, %"].tolist()[1:] == [50, 45, 40]
    assert first.frame[["ours, ESR, %", "ours, TE, %"]].isna().all(axis=None)
    assert first.frame["trials ESR"].tolist() == ["0 of 2"] * 4
    assert curves.frame.empty


def test_the_curves_of_one_ensemble_stand_before_the_other_has_finished(ask, store, monkeypatch):
    request = ask("figure5", scale="quick")
    store_finished(store, request, {"te": 0.8})
    points = [
        EpochRecord(2, epoch, (None,), (1.0,), (0.9, share), 0.5, 0.5, 0.1, 1, 1.0)
        for epoch, share in [(0, 0.1), (1, 0.3)]
    ]
    monkeypatch.setattr(RunStore, "history", lambda _store, _run_id: points)
    first, curves = made("figure5", request, store).tables
    second = first.frame.set_index("branch").loc[2]
    assert (second["trials TE"], second["trials ESR"]) == ("2 of 2", "0 of 2")
    assert (second["ours, TE, %"], isnan(second["ours, ESR, %"])) == (30.0, True)
    assert curves.frame["ours, TE, %"].tolist() == [10.0, 30.0]


@pytest.mark.parametrize("name", EXHIBITS)
def test_without_data_the_papers_values_stand_and_all_of_its_runs_are_missing(name, ask, store):
    request = replace(ask(name), sets={})
    without = made(name, request, store)
    assert without.gaps
    assert without.differences == [], "the paper's own setting"
    values = [each.frame for each in without.tables if each.key == "paper"]
    values += [without.tables[0].frame.filter(like="paper")]
    assert values[0].notna().any(axis=None)
    assert "which is not prepared" in request.missing_data[0]
