import pytest

from esr_core.config import NetworkConfig
from esr_core.errors import RunError
from esr_core.networks import ESR
from esr_core.reproduction import plan_runs, training_key
from esr_core.run_store import RunStore
from tests.simulated import store_simulated


def first(ask, store, name: str):
    """The first trial of an experiment of Table 1, on an otherwise smaller plan than the paper's."""
    planned = plan_runs(ask("table1", scale="quick"), store, store.list())
    return next(each for each in planned if each.experiment.name == name)


@pytest.mark.parametrize("level", [0, 3])
def test_a_single_network_counts_at_any_level_and_strategy(ask, store, level):
    config = first(ask, store, "single").config
    network = config.network.replace(branching_level=level)
    other = config.replace(network=network, strategy="varied", group="mine", device="cpu", epochs_later_branch=7)
    store_simulated(store, "mine", other, 0.5)
    assert first(ask, store, "single").run_id == "mine"
    assert first(ask, store, "single").state == "finished"


def test_a_traditional_ensemble_counts_with_any_strategy_and_other_epochs_do_not(ask, store):
    config = first(ask, store, "te").config
    store.create(config.replace(strategy="interleaved"), run_id="mine")
    store.create(first(ask, store, "level3-frozen").config.replace(epochs_later_branch=2), run_id="shorter")
    assert first(ask, store, "te").run_id == "mine"
    assert first(ask, store, "level3-frozen").state == "missing"


def test_rates_that_nothing_uses_make_no_difference(ask, store):
    frozen = first(ask, store, "level3-frozen").config
    varied = frozen.replace(strategy="varied")
    assert training_key(frozen) == training_key(frozen.replace(trained_branch_learning_rate=0.5))
    assert training_key(varied) != training_key(varied.replace(trained_branch_learning_rate=0.5))
    assert training_key(varied) == training_key(varied.replace(milestone_dtype="int8"))


def test_of_runs_with_equal_settings_the_furthest_counts(ask, store):
    config = first(ask, store, "te").config
    store.create(config, run_id="waiting")
    store_simulated(store, "over", config, 0.5)
    store.create(config, run_id="waiting-too")
    assert first(ask, store, "te").run_id == "over"


def test_a_run_is_named_by_its_settings(ask, store):
    paper, quick = (plan_runs(ask("table1", scale=scale), store, [])[0].run_id for scale in ("paper", "quick"))
    assert paper.startswith("paper-paper-single-fold0-seed0-")
    assert paper != quick
    assert plan_runs(ask("table1", device="cpu"), store, [])[0].run_id == paper, "wherever it is trained"


def store_ensemble(store: RunStore, config, run_id: str) -> str:
    writer = store.create(config, run_id=run_id)
    writer.start({})
    writer.save_network(ESR.from_config(config.network))
    writer.finish({"accuracy": 0.5})
    return run_id


def test_once_esr_9_has_finished_the_others_go_on_from_it(ask, store):
    request = ask("table5", scale="quick")
    ensemble = plan_runs(request, store, [])[0]
    store_ensemble(store, ensemble.config, "mine")
    planned = plan_runs(request, store, store.list())
    assert [each.is_left for each in planned] == [False, True, True]
    assert {each.config.start.run_id for each in planned[1:]} == {"mine"}
    assert {each.config.start.sha256 for each in planned[1:]} == {store.checkpoint_sha256("mine")}


def test_a_run_that_is_given_takes_the_place_of_esr_9(ask, store):
    config = plan_runs(ask("table3"), store, [])[0].config
    network = NetworkConfig(architecture="wild", branching_level=4, num_branches=2)
    store_ensemble(store, config.replace(network=network), "published")
    planned = plan_runs(ask("table5", start="published"), store, store.list())
    assert [each.experiment.name for each in planned] == ["esr9-ferplus"] * 5
    assert {(each.config.network.num_branches, each.is_left) for each in planned} == {(2, True)}


def test_a_run_that_has_not_finished_cannot_take_its_place(ask, store):
    store.create(plan_runs(ask("table3"), store, [])[0].config, run_id="early")
    with pytest.raises(RunError, match="run early must be finished to be gone on from, but is queued"):
        plan_runs(ask("table5", start="early"), store, store.list())
