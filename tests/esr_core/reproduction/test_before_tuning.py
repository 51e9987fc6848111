"""57.92 %: the ensemble that is fine-tuned, asked about FER+ before that."""

from dataclasses import replace
from math import isnan
from pathlib import Path

import pytest

from esr_core.emotions import EMOTIONS
from esr_core.reproduction import Results, ask_before_tuning, plan_runs
from esr_core.reproduction.before_tuning import table_before_tuning
from tests.cross_sets import constant, store_run


def results(request, store) -> Results:
    return Results(store, plan_runs(request, store, store.list()), request.sets)


def row(request, store) -> dict:
    return table_before_tuning(results(request, store)).frame.iloc[0].to_dict()


def test_an_ensemble_from_elsewhere_is_asked_once_and_its_answer_stands_beside_the_papers(
    ask, store, drawn, monkeypatch
):
    store_run(store, "mine", constant(EMOTIONS, ["happiness", "happiness", "fear"]))
    request = ask("table5", start="mine")
    before = row(request, store)
    assert before["paper, %"] == 57.92
    assert isnan(before["ours, %"]), "looking asks nobody"
    assert before["measured by"] == f"evaluate mine --data {drawn.folder}"
    ask_before_tuning(results(request, store), "cpu")
    is_happy = drawn.labels["emotion"] == EMOTIONS.index("happiness")
    after = row(request, store)
    assert after["ours, %"] == pytest.approx(100 * is_happy.mean())
    assert after["95 % low"] <= after["ours, %"] <= after["95 % high"]
    asked_again = "esr_core.reproduction.before_tuning.compute_and_store_logits"
    monkeypatch.setattr(asked_again, lambda *_: pytest.fail("its answers are stored"))
    ask_before_tuning(results(request, store), "cpu")


def test_the_command_that_measures_it_is_one_for_a_shell(ask, store, drawn):
    request = ask("table5", sets=[replace(drawn, folder=Path("my sets/fer+"))])
    assert row(request, store)["measured by"] == "evaluate RUN --data 'my sets/fer+'"


@pytest.mark.parametrize("case", ["same set", "no branches", "not trained", "no data"])
def test_where_it_cannot_be_asked_there_is_no_number(case, ask, store, drawn):
    network = constant(EMOTIONS, [] if case == "no branches" else ["fear"])
    writer = store.create(
        plan_runs(ask("table3"), store, [])[0].config.replace(
            network=network.config, data=drawn.card.fingerprint if case == "same set" else "elsewhere", data_set=None
        ),
        run_id="mine",
    )
    writer.start({})
    writer.save_network(network)
    writer.finish({"accuracy": 0.5})
    request = ask("table5", start=None if case == "not trained" else "mine")
    if case == "no data":
        request = replace(request, sets={})
    ask_before_tuning(results(request, store), "cpu")
    last = row(request, store)
    assert isnan(last["ours, %"])
    assert last["measured by"].startswith(
        "evaluate RUN " if case in ("no branches", "not trained") else "evaluate mine "
    )
