import pytest

from esr_core.config import NetworkConfig, StartConfig, TrainingConfig
from esr_core.errors import ConfigError
from esr_core.networks import ESR
from esr_core.training.phases import parameter_groups, plan, set_learning


def config(strategy: str, level: int = 3, branches: int = 3) -> TrainingConfig:
    network = NetworkConfig(branching_level=level, num_branches=branches)
    return TrainingConfig(data="x", network=network, strategy=strategy, epochs_first_branch=7, epochs_later_branch=5)


def summary(settings: TrainingConfig) -> list[tuple]:
    return [(phase.branch, phase.epochs, phase.learners, phase.shared_learns) for phase in plan(settings)]


@pytest.mark.parametrize("strategy", ["fixed", "varied"])
def test_all_existing_branches_learn_while_one_is_added(strategy):
    assert summary(config(strategy)) == [(1, 7, (0,), True), (2, 5, (0, 1), True), (3, 5, (0, 1, 2), True)]


def test_frozen_trains_the_new_branch_alone_once_the_first_is_there():
    assert summary(config("frozen")) == [(1, 7, (0,), True), (2, 5, (1,), False), (3, 5, (2,), False)]


def test_interleaved_is_one_phase_of_all_branches():
    assert summary(config("interleaved")) == [(0, 7, (0, 1, 2), True)]


@pytest.mark.parametrize("strategy", ["fixed", "varied", "frozen", "interleaved"])
def test_a_traditional_ensemble_leaves_trained_networks_alone_whatever_the_strategy(strategy):
    assert summary(config(strategy, level=0)) == [(1, 7, (0,), False), (2, 5, (1,), False), (3, 5, (2,), False)]


@pytest.mark.parametrize(
    ("strategy", "rates"),
    [("fixed", [0.1, 0.1, 0.1, 0.1]), ("varied", [0.1, 0.02, 0.02, 0.1]), ("frozen", [0.1])],
)
def test_learning_rates_of_shared_layers_trained_branches_and_the_new_branch(strategy, rates):
    """Paper, "Training ESRs at Different Branching Levels"."""
    settings = config(strategy)
    groups = parameter_groups(ESR("lab", 3, 3), plan(settings)[2], settings)
    assert [group["lr"] for group in groups] == rates


def test_interleaved_branches_all_learn_at_the_full_rate():
    settings = config("interleaved")
    groups = parameter_groups(ESR("lab", 3, 3), plan(settings)[0], settings)
    assert [group["lr"] for group in groups] == [0.1, 0.1, 0.1, 0.1]


def test_frozen_parts_are_in_eval_mode_and_need_no_gradient():
    settings = config("frozen", branches=2)
    network = ESR("lab", 3, 2)
    set_learning(network, plan(settings)[1])
    for frozen in (network.shared, network.branches[0]):
        assert not any(module.training for module in frozen.modules())
        assert not any(parameter.requires_grad for parameter in frozen.parameters())
    assert all(module.training for module in network.branches[1].modules())
    assert all(parameter.requires_grad for parameter in network.branches[1].parameters())


def test_affect_heads_need_no_gradient_while_classes_are_learned():
    """DistributedDataParallel refuses parameters that want a gradient and get none."""
    network = ESR("lab", 3, 2, affect_head=True)
    set_learning(network, plan(config("varied", branches=2))[1])
    without = {name for name, parameter in network.named_parameters() if not parameter.requires_grad}
    assert without == {f"branches.{n}.affect_head.{kind}" for n in (0, 1) for kind in ("weight", "bias")}


def going_on(there: int, **settings) -> TrainingConfig:
    start = StartConfig(run_id="parent", sha256="0" * 64, num_branches=there)
    return config("varied").replace(start=start, **settings)


def test_a_trained_ensemble_gets_the_branches_it_lacks():
    phases = plan(going_on(there=2))
    assert [(phase.branch, phase.epochs, phase.learners, phase.adds_branch) for phase in phases] == [
        (3, 5, (0, 1, 2), True)
    ]


def test_a_trained_ensemble_that_lacks_none_is_fine_tuned_branch_by_branch():
    phases = plan(going_on(there=3))
    assert [(phase.branch, phase.epochs, phase.learners, phase.adds_branch) for phase in phases] == [
        (1, 7, (0,), False),
        (2, 5, (0, 1), False),
        (3, 5, (0, 1, 2), False),
    ]


def test_trained_shared_layers_are_frozen_from_the_first_phase_on_where_the_strategy_says_so():
    assert not any(phase.shared_learns for phase in plan(going_on(there=3, strategy="frozen")))


def test_an_ensemble_is_not_made_smaller_nor_enlarged_in_turns():
    with pytest.raises(ConfigError, match="num_branches must be at least 4, for parent has 4, got 3"):
        going_on(there=4)
    with pytest.raises(ConfigError, match="strategy interleaved adds no branches"):
        going_on(there=2, strategy="interleaved")
