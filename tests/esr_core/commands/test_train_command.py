"""The command in a run's card trains the run that the card is of."""

import shlex
from dataclasses import replace

import pytest

from esr_core.commands import build_parser
from esr_core.commands.configuration import read_config
from esr_core.commands.sweep import expand, is_sweep
from esr_core.commands.train_command import train_command
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.builtin import builtin_source
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedCard
from esr_core.networks import ESR
from esr_core.presets import PRESETS, configure
from esr_core.run_store import RunStore
from esr_core.trainer import start_from

NAMES = NetworkConfig().class_names
OTHER = {
    "network.architecture": "wild",
    "network.branching_level": 0,
    "network.num_branches": 9,
    "protocol.kind": "official",
    "protocol.balance": "emotion",
    "augmentation.rotation_deg": 7.5,
    "augmentation.resampling": "bilinear",
    "augmentation.erasing": 0.25,
    "targets": "votes",
    "milestones": (),
    "learning_rate": 0.05,
    "trained_branch_learning_rate": 1e-5,
    "precision": "bfloat16",
    "checkpoint_dtype": "float16",
    "milestone_dtype": "int8",
    "compile": True,
    "seed": 2**40,
    "device": "cpu",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> str:
    """A prepared set whose pictures annotators voted on."""
    drawn = builtin_source(1, 7, difficulty="easy")
    samples = [replace(sample, votes={str(sample.emotion): 9, "unknown": 1}) for sample in drawn.samples]
    folder = tmp_path_factory.mktemp("judged") / "set"
    prepare(replace(drawn, samples=samples), folder)
    return str(folder)


def on_its_set(config: TrainingConfig) -> TrainingConfig:
    """The configuration as the command line makes it, with what identifies the set."""
    return config.replace(data_set=PreparedCard.read(config.data).identity)


def read_back(command: str, *more: str) -> TrainingConfig:
    """The configuration of the run that a command trains."""
    words = shlex.split(command)
    assert words[:4] == ["python", "-m", "esr_core", "train"]
    options = build_parser().parse_args([*words[3:], *more])
    config = read_config(options)
    if not is_sweep(options):
        return config
    (config,) = expand(config, options).values()
    return config


def test_defaults_need_no_option(data):
    assert train_command(TrainingConfig(data=data)) == f"python -m esr_core train --data {data}"


@pytest.mark.parametrize("field", OTHER)
def test_every_kind_of_setting_is_read_back(field, data):
    config = on_its_set(configure(data, NAMES, {field: OTHER[field]}))
    command = train_command(config)
    assert read_back(command) == config
    assert command.count(" --") == 2


@pytest.mark.parametrize("group", ["", "gallery"])
def test_all_of_them_together_are_read_back(group, data):
    with_effect = {"network.branching_level": 2, "milestones": (3,)}  # rates of trained branches, and milestone_dtype
    together = {**OTHER, **with_effect}
    config = on_its_set(configure(data, NAMES, together)).replace(group=group)
    assert read_back(train_command(config)) == config


@pytest.mark.parametrize("preset", [name for name, preset in PRESETS.items() if not preset.goes_on])
def test_presets_are_read_back(preset, data):
    config = on_its_set(configure(data, NAMES, {}, preset))
    assert read_back(train_command(config)) == config


def test_folders_with_spaces_are_quoted():
    assert train_command(TrainingConfig(data="my faces/a")).endswith("--data 'my faces/a'")


@pytest.mark.parametrize("checkpoint", ["best", "branch2-epoch5"])
def test_a_run_that_goes_on_names_what_it_would_inherit(checkpoint, tmp_path, data):
    store = RunStore(tmp_path)
    network = NetworkConfig(architecture="wild", num_branches=2, affect_head=True)
    writer = store.create(TrainingConfig(data=data, network=network), run_id="first")
    writer.save_network(ESR.from_config(network), checkpoint)
    start, there = start_from(store, "first", checkpoint)
    for count in (2, 4):  # 4 is the default, and not what is inherited
        config = on_its_set(TrainingConfig(data=data, network=there.replace(num_branches=count), start=start))
        assert read_back(train_command(config), "--runs", str(tmp_path)) == config


def test_there_is_no_command_for_affect_heads_without_their_task():
    assert train_command(TrainingConfig(data="x", network=NetworkConfig(affect_head=True))) is None
