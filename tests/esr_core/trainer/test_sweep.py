import signal

import pytest

from esr_core.commands import build_parser, main
from esr_core.errors import RunError
from esr_core.sweeps import Sweep
from esr_core.trainer import train_sweep

pytestmark = pytest.mark.usefixtures("narrow_networks")

COMMAND = "train --network lab --branches 2 --epochs 1 --later-epochs 1 --training-folds 1 --batch-size 14 --device cpu"


def test_a_sweep_trains_each_run_once_and_skips_what_is_finished(store, prepared_faces, capsys):
    data = str(prepared_faces / "tiny")
    lists = ["--levels", "0,5", "--strategies", "frozen,varied", "--group", "mine"]
    command = [*COMMAND.split(), "--data", data, "--runs", str(store.root), *lists]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "3 runs of group mine" in said
    assert "1/3 mine-level0-fold0-seed0: finished, test accuracy" in said
    runs = store.list()
    assert {run.status.state for run in runs} == {"finished"}
    assert len(runs) == 3
    before = {run.run_id: run.status.updated for run in runs}
    assert main(command) == 0
    assert "3/3 mine-level5-varied-fold0-seed0: skipped" in capsys.readouterr().out
    assert {run.run_id: run.status.updated for run in store.list()} == before
    command[command.index("frozen,varied")] = "varied,frozen"
    assert main(command) == 0, "at level 0 one run stands for both"
    assert {run.run_id: run.status.updated for run in store.list()} == before


def test_a_run_that_fails_does_not_keep_the_others_from_being_trained(store, tiny_training, capsys):
    configs = Sweep(seeds=(0, 1)).expand(tiny_training, "mine")
    first, second = configs
    configs[first] = configs[first].replace(learning_rate=1e30)
    outcomes = list(train_sweep(store, configs))
    assert [(each.run_id, each.state) for each in outcomes] == [(first, "failed"), (second, "finished")]
    assert "stopped being a finite number" in outcomes[0].message


def test_what_was_stopped_goes_on_when_the_sweep_is_started_again(store, tiny_training):
    config = tiny_training.replace(epochs_first_branch=3, validate_every_epochs=1)
    configs = Sweep(seeds=(0, 1)).expand(config, "mine")

    def stop(progress):
        if progress.epochs_done == 1:
            signal.raise_signal(signal.SIGTERM)

    assert [outcome.state for outcome in train_sweep(store, configs, stop)] == ["cancelled"]
    assert [outcome.state for outcome in train_sweep(store, configs)] == ["finished", "finished"]
    assert [record.epoch for record in store.history("mine-level4-frozen-fold0-seed0")] == [0, 1, 2, 3, 0, 1]


def test_a_run_of_the_same_name_with_other_settings_is_not_taken_for_one_of_the_sweep(store, tiny_training):
    store.create(tiny_training.replace(batch_size=8), run_id="mine-level4-frozen-fold0-seed1")
    configs = Sweep(seeds=(0, 1)).expand(tiny_training, "mine")
    with pytest.raises(RunError, match="mine-level4-frozen-fold0-seed1 exists with other settings"):
        list(train_sweep(store, configs))
    assert len(store.list()) == 1, "nothing was trained"


@pytest.mark.parametrize(("text", "numbers"), [("0-2", (0, 1, 2)), ("5", (5,)), ("0,2,4-6", (0, 2, 4, 5, 6))])
def test_lists_of_numbers(text, numbers):
    assert build_parser().parse_args(["train", "--levels", text]).levels == numbers


@pytest.mark.parametrize("text", ["", "a", "3-1", "1,,2"])
def test_what_is_no_list_of_numbers_is_refused(text, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["train", "--seeds", text])
    assert "--seeds" in capsys.readouterr().err
