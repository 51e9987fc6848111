"""What a training says in its log: at its start, at every validation point and at its end, each thing once."""

import re
import signal

import pytest

from esr_core.commands import main
from esr_core.errors import DataError
from esr_core.jobs import processes
from esr_core.jobs.places import training_arguments
from esr_core.run_store import RunStore
from esr_core.trainer import train_run

pytestmark = pytest.mark.usefixtures("narrow_networks")

STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC ")


def said(store: RunStore, run_id: str) -> list[str]:
    """The log without its times, which every line has."""
    lines = store.log_tail(run_id)
    assert all(STAMP.match(line) for line in lines), lines
    return [STAMP.sub("", line) for line in lines]


def test_a_training_says_what_it_does_at_each_point(store, tiny_training):
    run_id = store.create(tiny_training.replace(strategy="varied")).run_id
    run = train_run(store, run_id)
    lines = said(store, run_id)
    parameters = sum(weights.numel() for weights in store.load_network(run_id).parameters())
    assert lines[0] == f"trains ESR-2 level 4 varied (lab, {parameters:,} parameters) on cpu"
    assert re.fullmatch(r"learns from .*: 28 pictures for each branch, 14 a step; 28 validate, 28 test", lines[1])
    assert lines[2:4] == ["2 epochs in all", "branch 1 of 2 begins: 1 epoch; learning with it: shared layers"]
    assert lines[6] == "branch 2 of 2 begins: 1 epoch; learning with it: shared layers, branch 1"
    before, after = store.history(run_id)[2:]
    assert lines[7].startswith(f"branch 2, epoch 0 of 1: vote {before.ensemble_accuracy:.1%}, branches ")
    losses = " ".join(f"{loss:.3f}" for loss in after.loss)
    assert f"loss {losses}, learning rate 0.1, {after.images_per_second:.0f} pictures/s (best so far)" in lines[8]
    assert re.fullmatch(rf"finished after \d+ s of training, test accuracy {run.status.test_accuracy:.1%}", lines[9])
    assert len(lines) == 10
    assert store.check(run_id) == [], "the log is written on after the manifest"


def test_one_that_was_stopped_and_goes_on_says_so(store, tiny_training):
    run_id = store.create(tiny_training.replace(epochs_first_branch=5)).run_id
    train_run(store, run_id, lambda progress: signal.raise_signal(signal.SIGTERM))
    assert said(store, run_id)[-1] == "stopped on request; it can be resumed"
    train_run(store, run_id)
    assert "goes on after 1 of 6 epochs" in said(store, run_id)


def test_one_that_fails_says_why(store, tiny_training):
    run_id = store.create(tiny_training.replace(data="nowhere")).run_id
    with pytest.raises(DataError):
        train_run(store, run_id)
    assert said(store, run_id) == [f"failed: {store.info(run_id).status.message}"]


@pytest.mark.parametrize("changes", [{}, {"data": "nowhere"}])
def test_the_process_of_a_job_repeats_nothing_in_the_log(store, tiny_training, changes):
    run_id = store.create(tiny_training.replace(**changes)).run_id
    process = processes.start(training_arguments(store, run_id), store.folder(run_id) / "log.txt")
    process.wait(120)
    lines = said(store, run_id)
    assert len(set(lines)) == len(lines)
    assert lines[-1].startswith("failed: nowhere is not" if changes else "finished after")
    assert len([line for line in lines if "nowhere" in line or "test accuracy" in line]) == 1


def test_a_training_by_hand_speaks_on_the_terminal_and_into_the_log(store, tiny_training, capsys):
    for name, changes in (("good", {}), ("bad", {"data": "nowhere"})):
        store.create(tiny_training.replace(**changes), run_id=name)
    assert main(["train", "--queued", "good", "--runs", str(store.root)]) == 0
    assert main(["train", "--queued", "bad", "--runs", str(store.root)]) == 2
    told = capsys.readouterr()
    assert "good: finished, test accuracy" in told.out
    assert "error: nowhere is not a prepared set" in told.err
    assert "vote" not in told.out + told.err, "points are in the log alone"
    assert said(store, "good")[-1].startswith("finished after")
    assert said(store, "bad")[-1].startswith("failed: nowhere is not a prepared set")
