"""Training what is left: what goes on from a run follows it, and what failed is tried once."""

from esr_core.networks import ESR
from esr_core.reproduction import plan_runs, train_left
from esr_core.trainer import SweepOutcome


def finishing(store, config, run_id: str) -> SweepOutcome:
    writer = store.create(config, run_id=run_id)
    writer.start({})
    writer.save_network(ESR.from_config(config.network))
    writer.finish({"accuracy": 0.5})
    return SweepOutcome(run_id, "finished", 0.5)


def test_what_goes_on_from_esr_9_is_trained_after_it(ask, store, monkeypatch):
    waves = []

    def sweep(store, configs, on_progress=None):
        waves.append([config.task for config in configs.values()])
        return [finishing(store, config, run_id) for run_id, config in configs.items()]

    monkeypatch.setattr("esr_core.reproduction.training.train_sweep", sweep)
    request = ask("table4", scale="quick")
    assert [each.state for each in train_left(request, store)] == ["finished", "finished"]
    assert waves == [["emotion"], ["affect"]]
    assert all(each.state == "finished" for each in plan_runs(request, store, store.list()))


def test_a_run_that_fails_is_tried_once_and_what_waits_for_it_never(ask, store, monkeypatch):
    tried = []

    def sweep(store, configs, on_progress=None):
        tried.extend(configs)
        return [SweepOutcome(run_id, "failed", None, "no") for run_id in configs]

    monkeypatch.setattr("esr_core.reproduction.training.train_sweep", sweep)
    request = ask("table4")
    assert [each.state for each in train_left(request, store)] == ["failed"]
    assert tried == [plan_runs(request, store, [])[0].run_id]


def test_after_one_that_was_cancelled_nothing_more_is_trained(ask, store, monkeypatch):
    def sweep(store, configs, on_progress=None):
        return [SweepOutcome(next(iter(configs)), "cancelled", None)]

    monkeypatch.setattr("esr_core.reproduction.training.train_sweep", sweep)
    assert len(list(train_left(ask("table5"), store))) == 1
