import pytest

from esr_core.config import StartConfig, TrainingConfig
from esr_core.emotions import EMOTIONS
from esr_core.errors import ConfigError
from esr_core.networks import ESR, count_parameters
from esr_core.presets import PRESETS, configure, settings_of
from esr_core.training.phases import plan

START = StartConfig(run_id="esr-9", sha256="0" * 64, num_branches=9)
ESR_9 = {"network.architecture": "wild", "network.branching_level": 4, "network.num_branches": 9}


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_possible_configuration(name):
    goes_on = name in ("affectnet-affect", "ferplus")
    assert plan(configure("set", EMOTIONS, ESR_9 if goes_on else {}, name, START if goes_on else None))


@pytest.mark.parametrize("name", ["ck+", "affectnet-affect", "ferplus-lab"])
def test_the_settings_of_a_configuration_make_it_again(name):
    start = START if name == "affectnet-affect" else None
    config = configure("set", EMOTIONS, {"protocol.fold": 3, "seed": 7, **(ESR_9 if start else {})}, name, start)
    assert configure("set", EMOTIONS, settings_of(config), start=config.start) == config


def test_affect_is_learned_by_the_heads_alone_with_the_papers_numbers():
    """Paper, "Continuous affect perception"."""
    config = configure("set", EMOTIONS, ESR_9, "affectnet-affect", START)
    assert (config.learning_rate, config.trained_branch_learning_rate) == (0.01, 0.001)
    assert config.protocol.balance == "quadrant"
    phases = plan(config)
    assert len(phases) == 9
    assert all(phase.heads_only and not phase.shared_learns and not phase.adds_branch for phase in phases)


def test_ferplus_has_the_papers_numbers():
    """Paper, "Fine-tuning on the FER+ Dataset"."""
    config = configure("set", EMOTIONS, ESR_9, "ferplus", START)
    assert (config.learning_rate, config.trained_branch_learning_rate) == (0.1, 0.02)
    assert (config.decay_factor, config.decay_every_epochs) == (0.75, 10)


def test_ck_plus_has_the_papers_numbers():
    """Paper, "Training ESRs at Different Branching Levels"."""
    config = configure("set", EMOTIONS, {}, "ck+")
    assert (config.learning_rate, config.trained_branch_learning_rate, config.momentum) == (0.1, 0.02, 0.9)
    assert (config.decay_factor, config.decay_every_epochs) == (0.5, 250)
    assert (config.epochs_first_branch, config.epochs_later_branch) == (2000, 1000)
    assert (config.protocol.kind, config.protocol.training_folds) == ("subject-folds", 4)
    assert count_parameters(ESR.from_config(config.network)).total == 355_104  # Table 1, ESR-4 level 3


def test_affectnet_has_the_papers_numbers():
    """Paper, "Discrete emotion perception"."""
    config = configure("set", EMOTIONS, {}, "affectnet")
    assert (config.network.architecture, config.network.num_branches) == ("wild", 9)
    assert (config.protocol.balance, config.protocol.max_per_group) == ("emotion", 5000)
    assert (config.learning_rate, config.trained_branch_learning_rate) == (0.1, 0.01)
    assert (config.decay_factor, config.decay_every_epochs) == (0.5, 10)
    assert (config.epochs_first_branch, config.epochs_later_branch) == (50, 20)


def test_settings_win_over_a_preset_and_the_classes_are_the_sets():
    config = configure("set", ("calm", "cross"), {"seed": 3, "network.num_branches": 2}, "quick")
    assert (config.seed, config.network.num_branches, config.network.class_names) == (3, 2, ("calm", "cross"))


def test_without_a_preset_the_defaults_are_the_configurations():
    assert configure("set", EMOTIONS, {}) == TrainingConfig(data="set")


def test_unknown_names_are_refused():
    with pytest.raises(ConfigError, match=r"preset must be one of ck\+, affectnet.*, got 'slow'"):
        configure("set", EMOTIONS, {}, "slow")
    with pytest.raises(ConfigError, match="depth is not a known setting"):
        configure("set", EMOTIONS, {"network.depth": 3})
