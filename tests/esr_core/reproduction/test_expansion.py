"""Which runs the paper's tables and figures are made of, counted by hand."""

from collections import Counter

import pytest

from esr_core.evaluation import PAPER_RESULTS
from esr_core.networks import ESR, count_parameters
from esr_core.presets import configure
from esr_core.reproduction import EXHIBITS, EXPERIMENTS, SCALES, plan_runs, training_key
from esr_core.reproduction.experiments import STRATEGIES
from esr_core.reproduction.tables import TABLE_1
from esr_core.sweeps import Sweep
from esr_core.training.first_branch import first_branch_settings

RUNS = {
    "table1": 4 * 10,  # single network, traditional ensemble, levels 3 and 4; ten folds
    "table2": 4 * 10,
    "figure4": 2 * 10 + 5 * 4 * 10,  # both baselines, and five levels with four strategies
    "figure5": 2 * 10,  # ESR and traditional ensemble
    "table3": 1,
    "table4": 1 + 1,  # ESR-9, and valence and arousal on top of it
    "table5": 1 + 5,  # ESR-9, and five fine-tunings
    "figure6": 1,
    "figure7": 1 + 5,
}


@pytest.mark.parametrize("name", EXHIBITS)
def test_each_exhibit_needs_as_many_runs_as_the_paper_has(name, ask, store):
    assert len(plan_runs(ask(name), store, [])) == RUNS[name]


def test_all_of_them_share_their_runs(ask, store):
    planned = plan_runs(ask(*EXHIBITS), store, [])
    assert len(planned) == 220 + 1 + 1 + 5
    assert len({each.run_id for each in planned}) == 227


def test_folds_and_seeds_are_the_trials(ask, store):
    planned = plan_runs(ask("figure4", "table5"), store, [])
    trials = Counter((each.experiment.data, each.config.protocol.fold, each.config.seed) for each in planned)
    assert trials == {("ck+", fold, 0): 22 for fold in range(10)} | {("affectnet", 0, 0): 1} | {
        ("ferplus", 0, seed): 1 for seed in range(5)
    }


def test_a_fold_of_figure_4_trains_one_first_branch_for_all_that_add_branches_in_turn(ask, store):
    """Sixteen share it; the single network learns from all four folds; five interleaved ensembles have none."""
    configs = [each.config for each in plan_runs(ask("figure4"), store, []) if each.config.protocol.fold == 3]
    firsts = Counter((first_branch_settings(config), config.network.num_branches == 1) for config in configs)
    assert sorted(firsts.values()) == [1, 5, 16]
    assert firsts[None, False] == 5


def test_networks_of_table_1_have_the_papers_parameters_and_are_those_of_its_figure_4(ask, store):
    planned = plan_runs(ask("table1"), store, [])
    totals = {each.experiment.name: count_parameters(ESR.from_config(each.config.network)).total for each in planned}
    assert totals == {"single": 131_208, "te": 524_832, "level3-frozen": 355_104, "level4-frozen": 243_936}
    printed = {one.name for one in PAPER_RESULTS if one.data == "CK+"}
    assert set(TABLE_1.values()) == printed


def test_settings_are_the_papers_but_for_what_is_asked(ask, store):
    full, half, quick = (plan_runs(ask("table1", scale=scale), store, [])[-1].config for scale in SCALES)
    assert (full.epochs_first_branch, full.epochs_later_branch, full.decay_every_epochs) == (2000, 1000, 250)
    assert (half.epochs_first_branch, half.epochs_later_branch, half.decay_every_epochs) == (1000, 500, 125)
    assert (quick.epochs_first_branch, quick.epochs_later_branch, quick.batch_size) == (2, 1, 16)
    assert {each.learning_rate for each in (full, half, quick)} == {0.1}


def test_quick_has_two_trials_and_four_branches_for_nine(ask, store):
    planned = plan_runs(ask(*EXHIBITS, scale="quick"), store, [])
    assert len(planned) == 22 * 2 + 1 + 1 + 2
    assert {each.config.network.num_branches for each in planned if each.experiment.data != "ck+"} == {4}
    assert all(each.config.protocol.max_per_group == 20 for each in planned if each.experiment.data != "ck+")


def test_what_goes_on_from_another_run_comes_after_it_and_waits(ask, store):
    planned = plan_runs(ask("table4", "table5"), store, [])
    assert [each.experiment.name for each in planned] == ["esr9", "esr9-affect", *["esr9-ferplus"] * 5]
    assert [each.waits_for for each in planned] == ["", *["ESR-9 on AffectNet"] * 6]
    assert [each.is_left for each in planned] == [True, *[False] * 6]
    assert all(each.config.start.num_branches == 9 for each in planned[1:])


def test_the_sweeps_of_the_papers_settings_are_the_runs_of_figure_4(ask, store):
    """As docs/paper.md has them: ``train --preset ck+ --levels 0-5 --strategies ... --folds 0-9``."""
    planned = [each for each in plan_runs(ask("figure4"), store, []) if each.experiment.name != "single"]
    config = planned[0].config
    base = configure(config.data, config.network.class_names, {}, "ck+").replace(data_set=config.data_set)
    sweep = Sweep(levels=range(6), strategies=STRATEGIES, folds=range(10)).expand(base)
    assert len(sweep) == 210
    assert {training_key(each) for each in sweep.values()} == {training_key(each.config) for each in planned}


def test_every_experiment_is_part_of_an_exhibit():
    assert {name for exhibit in EXHIBITS.values() for name in exhibit.experiments} == set(EXPERIMENTS)
