from dataclasses import replace

import pytest

from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.evaluation import groups_of
from esr_core.records import RunInfo, RunStatus
from esr_core.sweeps import Sweep

BASE = TrainingConfig(data="prepared/toy")


def sweep(base: TrainingConfig = BASE, **varied) -> list[RunInfo]:
    """The finished runs of a sweep."""
    finished = RunStatus(state="finished", updated=0.0)
    configs = Sweep(**varied).expand(base)
    return [RunInfo(run_id, finished, config, 0.0, None, None) for run_id, config in configs.items()]


def test_each_level_and_strategy_is_a_group_and_its_folds_and_seeds_are_its_trials():
    runs = sweep(levels=[0, 3], strategies=["varied", "frozen"], folds=[1, 0], seeds=[0, 1])
    groups = groups_of(reversed(runs))
    assert [group.name for group in groups] == ["TE-4", "ESR-4 level 3 frozen", "ESR-4 level 3 varied"]
    for group in groups:
        trials = [(run.config.protocol.fold, run.config.seed) for run in group.runs]
        assert trials == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_a_setting_that_is_not_varied_by_a_sweep_makes_other_groups_named_apart():
    longer = BASE.replace(epochs_first_branch=1000)
    groups = groups_of([*sweep(folds=[0, 1]), *sweep(longer, folds=[0, 1])])
    assert len(groups) == 2
    assert len({group.name for group in groups}) == 2
    assert all(f"({group.runs[0].run_id})" in group.name for group in groups)


@pytest.mark.parametrize("other", [{"device": "cuda:0"}, {"milestone_dtype": "int8"}], ids=str)
def test_what_no_result_depends_on_does_not_make_another_group(other):
    runs = sweep(folds=[0, 1])
    moved = replace(runs[1], config=runs[1].config.replace(**other))
    assert len(groups_of([runs[0], moved])) == 1


def test_single_networks_are_one_group():
    single = BASE.replace(network=NetworkConfig(num_branches=1), strategy="fixed")
    (group,) = groups_of(sweep(single, folds=range(10)))
    assert (group.name, len(group.runs)) == ("single network", 10)


def test_runs_of_their_own_unfinished_and_damaged_ones_are_in_no_group():
    runs = sweep(folds=[0, 1, 2])
    alone = replace(runs[0], config=runs[0].config.replace(group=""))
    running = replace(runs[1], status=RunStatus(state="running", updated=0.0))
    damaged = replace(runs[2], config=None)
    assert groups_of([alone, running, damaged]) == []
