"""An option that a command would not use is refused by name, before anything is read or stored."""

import argparse

import pytest

from esr_core.commands import main
from esr_core.commands.given import given, refuse
from esr_core.config import TrainingConfig
from esr_core.errors import ConfigError
from esr_core.run_store import RunStore

FIXED = "with --demo, whose settings are fixed"
STORED = "which trains the run as it was configured"
LIST = "without one of --levels, --strategies, --folds and --seeds"
UNUSED = [
    ("train --demo --epochs 3", f"--epochs is not used {FIXED}"),
    ("train --demo --levels 0,3", f"--levels is not used {FIXED}"),
    ("train --demo --data set --preset quick", f"--data and --preset are not used {FIXED}"),
    ("train --demo --no-compile", f"--compile is not used {FIXED}"),
    ("train --resume gone --epochs 50", f"--epochs is not used with --resume, {STORED}"),
    ("train --resume gone --run-id other", f"--run-id is not used with --resume, {STORED}"),
    ("train --queued gone --seeds 0-2", f"--seeds is not used with --queued, {STORED}"),
    ("train --queued gone --resume other", f"--resume is not used with --queued, {STORED}"),
    ("train --data set --group mine", f"--group is not used {LIST}"),
    ("train --data set --seeds 0-2 --run-id mine", "--run-id is not used with --seeds, whose runs --group names"),
    ("train --data set --levels 0,3 --level 2", "--level is not used with --levels"),
    ("train --data set --strategies fixed --strategy frozen", "--strategy is not used with --strategies"),
    ("train --data set --folds 0-9 --fold 1", "--fold is not used with --folds"),
    ("train --data set --seeds 0-2 --seed 1", "--seed is not used with --seeds"),
    ("train --data set --prepared sets", "--prepared is not used without --demo"),
    ("train --data set --start-checkpoint branch2-epoch5", "--start-checkpoint is not used without --start"),
    ("jobs submit --data set --group mine", f"--group is not used {LIST}"),
    ("jobs submit --data set --levels 0,3 --level 2", "--level is not used with --levels"),
    ("jobs submit --data set --start-checkpoint last", "--start-checkpoint is not used without --start"),
    ("jobs resume a --backend local --address http://127.0.0.1:9", "--address is not used with --backend local"),
    ("jobs --backend ray list", "--backend is not used with jobs list"),
    ("jobs --address http://127.0.0.1:9 stop a", "--address is not used with jobs stop"),
    ("jobs --backend local pause", "--backend is not used with jobs pause"),
    ("jobs --backend local go-on", "--backend is not used with jobs go-on"),
    ("jobs --backend local priority 1 a", "--backend is not used with jobs priority"),
    ("evaluate a --maps --data set", "--maps is not used with --data"),
    ("evaluate a --unknown-classes wrong", "--unknown-classes is not used without --data"),
    ("evaluate a --device cpu --answers shared", "--answers and --device are not used without --data"),
    ("explain face.png --run a --out x --whole-image --face 2", "--face is not used with --whole-image"),
    ("explain face.png --run a --out x --whole-image --detector haar-turned", "--detector is not used with --whole"),
    ("prepare folder a b --whole-image --detector haar-turned", "--detector is not used with --whole-image"),
    ("runs a --card --force", "--force is not used without --output"),
    ("evaluate a --force", "--force is not used without --output"),
    ("runs a --card --check", "--check is not used with --card"),
]


@pytest.mark.parametrize(("command", "sentence"), UNUSED)
def test_an_option_that_would_not_be_used_is_refused_by_name(command, sentence, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(command.split()) == 2
    assert f"error: {sentence}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", [["--measure", "macro F1"], ["--test", "wilcoxon"]])
def test_what_compares_groups_is_refused_where_there_are_none(option, tmp_path, capsys):
    RunStore(tmp_path).create(TrainingConfig(data="x"), run_id="alone")
    assert main(["evaluate", "alone", "--runs", str(tmp_path), *option]) == 2
    assert f"error: {option[0]} is not used without a group of runs" in capsys.readouterr().err


def test_an_option_is_given_where_its_value_is_not_the_default():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=1)
    parser.add_argument("-n", "--name", dest="called", default=argparse.SUPPRESS)
    parser.add_argument("--fast", action=argparse.BooleanOptionalAction, default=argparse.SUPPRESS)
    parser.add_argument("file", nargs="?")
    parser.set_defaults(parser=parser)
    assert given(parser.parse_args(["a"])) == set()
    assert given(parser.parse_args(["--size", "1"])) == set()
    assert given(parser.parse_args(["--size", "2", "-n", "x", "--no-fast"])) == {"--size", "--name", "--fast"}


def test_nothing_is_refused_where_nothing_is_left():
    refuse(set(), "with --demo")
    with pytest.raises(ConfigError, match="--a, --b and --c are not used with --demo"):
        refuse({"--c", "--a", "--b"}, "with --demo")
