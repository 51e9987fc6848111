import pytest

from esr_core.config import TrainingConfig
from esr_core.errors import ConfigError
from esr_core.sweeps import Sweep, number_list

BASE = TrainingConfig(data="set")


def test_every_combination_is_a_run_of_one_group():
    runs = Sweep(levels=(1, 3), strategies=("varied", "frozen"), folds=(0, 9), seeds=(0, 1, 2)).expand(BASE, "mine")
    assert len(runs) == 2 * 2 * 2 * 3
    assert {config.group for config in runs.values()} == {"mine"}
    config = runs["mine-level3-frozen-fold9-seed2"]
    assert (config.network.branching_level, config.strategy, config.protocol.fold, config.seed) == (3, "frozen", 9, 2)


def test_at_level_0_all_strategies_train_the_same_ensemble_so_one_is_taken():
    runs = Sweep(levels=(0, 1), strategies=("varied", "frozen")).expand(BASE, "mine")
    assert list(runs) == ["mine-level0-fold0-seed0", "mine-level1-varied-fold0-seed0", "mine-level1-frozen-fold0-seed0"]


def test_what_is_not_varied_stays():
    (config,) = Sweep(seeds=(5,)).expand(BASE, "mine").values()
    assert config == BASE.replace(seed=5, group="mine")


def test_the_same_settings_give_the_same_group_whatever_is_varied_and_others_another():
    name = next(iter(Sweep(levels=(1,)).expand(BASE)))
    again = next(iter(Sweep(levels=(1,), seeds=(0,)).expand(BASE.replace(seed=9, device="cpu"))))
    other = next(iter(Sweep(levels=(1,)).expand(BASE.replace(batch_size=8))))
    assert name == again
    assert name != other


@pytest.mark.parametrize(
    ("sweep", "sentence"),
    [
        (Sweep(levels=(6,)), "branching_level must be 0-5 for the lab network, got 6"),
        (Sweep(folds=(10,)), "fold"),
        (Sweep(strategies=("lazy",)), "strategies must be of fixed, varied, frozen, interleaved, custom, got 'lazy'"),
    ],
)
def test_impossible_values_are_refused_before_anything_is_trained(sweep, sentence):
    with pytest.raises(ConfigError, match=sentence):
        sweep.expand(BASE)


def test_of_a_long_text_that_was_pasted_the_sentence_shows_both_ends():
    with pytest.raises(ConfigError) as error:
        number_list("1," * 2500)
    assert str(error.value) == f"must be numbers as 0,2,4-6, got '{'1,' * 30}…{'1,' * 10}'"
