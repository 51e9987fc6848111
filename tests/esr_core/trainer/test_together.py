"""One run of two processes, started as a user starts it: complete, stopped, resumed, failed - together."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from esr_core.errors import RunError, TrainingError
from esr_core.run_store import RunStore
from esr_core.run_store.files import sha256
from esr_core.trainer import failing_together, train_run
from esr_core.training import ALONE, Team

PROJECT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def config(tiny_training):
    """Two processes of seven pictures each."""
    return tiny_training.replace(
        batch_size=7, strategy="varied", epochs_first_branch=2, epochs_later_branch=2, validate_every_epochs=1
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> RunStore:
    return RunStore(tmp_path_factory.mktemp("together") / "runs")


def started(store: RunStore, run_id: str, how: str = "--queued") -> subprocess.Popen:
    with socket.socket() as end:
        end.bind(("127.0.0.1", 0))
        address = ["--master-addr", "127.0.0.1", "--master-port", str(end.getsockname()[1])]
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", *address]
    command = [*launcher, "-m", "esr_core", "train", how, run_id, "--runs", str(store.root)]
    variables = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        command, cwd=PROJECT, env=variables, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def ended(launcher: subprocess.Popen) -> tuple[int, str]:
    """Exit code and everything said, once nothing of it is left."""
    children = psutil.Process(launcher.pid).children(recursive=True) if launcher.poll() is None else []
    out, err = launcher.communicate(timeout=240)
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    return launcher.returncode, out + err


def trained_until(store: RunStore, run_id: str, epochs: int) -> psutil.Process:
    """The process that owns the run, once so many epochs are done."""
    deadline = time.monotonic() + 120
    while (status := store.info(run_id).status).progress is None or status.progress.epochs_done < epochs:
        assert time.monotonic() < deadline, f"it is {status.state}: {status.message}"
        time.sleep(0.1)
    return psutil.Process(status.pid)


def the_other(owner: psutil.Process) -> psutil.Process:
    return next(child for child in owner.parent().children() if child.pid != owner.pid)


def timeless(store: RunStore, run_id: str):
    return [replace(record, seconds=0.0, images_per_second=None) for record in store.history(run_id)]


def test_a_run_of_two_processes_is_a_run_like_any_and_resumed_it_has_the_same_bits(store, config):
    store.create(config, run_id="whole")
    code, said = ended(started(store, "whole"))
    assert code == 0, said
    assert said.count("whole: finished, test accuracy") == 1, "one process speaks"
    assert store.check("whole") == []
    assert len(store.load_network("whole").branches) == 2
    assert store.environment("whole")["processes"] == 2
    assert [record.epoch for record in store.history("whole")] == [0, 1, 2, 0, 1, 2]

    store.create(config, run_id="stopped")
    launcher = started(store, "stopped")
    trained_until(store, "stopped", 1).terminate()  # as the dashboard does
    code, said = ended(launcher)
    assert code == 0, said
    assert store.info("stopped").status.state == "cancelled"
    with pytest.raises(RunError, match="must be resumed in as many processes as it began in, 2, got 1"):
        train_run(store, "stopped")
    code, said = ended(started(store, "stopped", "--resume"))
    assert code == 0, said
    assert timeless(store, "stopped") == timeless(store, "whole")
    for name in ("checkpoints/best.safetensors", "predictions/test.parquet"):
        assert sha256(store.folder("stopped") / name) == sha256(store.folder("whole") / name), name

    store.create(config.replace(batch_size=14), run_id="alone")
    train_run(store, "alone")
    names = {path.relative_to(store.folder("alone")) for path in store.folder("alone").rglob("*")}
    assert {path.relative_to(store.folder("whole")) for path in store.folder("whole").rglob("*")} == names
    for ours, theirs in zip(timeless(store, "whole"), timeless(store, "alone"), strict=True):
        assert ours.images_seen == theirs.images_seen
        assert ours.loss == pytest.approx(theirs.loss, abs=0.05)


def test_sigterm_to_the_launcher_stops_all_in_good_order(store, config):
    store.create(config.replace(epochs_first_branch=5000), run_id="long")
    launcher = started(store, "long")
    trained_until(store, "long", 1)
    launcher.terminate()
    _, said = ended(launcher)
    assert store.info("long").status.state == "cancelled", said
    assert store.training_state("long")["epochs_done"] >= 1


def test_a_loss_that_is_not_finite_ends_both_with_the_sentence(store, config):
    store.create(config.replace(learning_rate=1e30), run_id="wild")
    code, said = ended(started(store, "wild"))
    assert code != 0
    assert said.count("error: the loss of branch 1 stopped being a finite number in step") == 1
    status = store.info("wild").status
    assert status.state == "failed"
    assert status.message.startswith("the loss of branch 1 stopped being a finite number")


def test_a_process_that_is_killed_ends_the_other_and_the_run_says_so(store, config):
    store.create(config.replace(epochs_first_branch=5000), run_id="halved")
    launcher = started(store, "halved")
    the_other(trained_until(store, "halved", 1)).send_signal(signal.SIGKILL)
    code, said = ended(launcher)
    assert code != 0
    status = store.info("halved").status
    assert (status.state, status.message[:30]) == ("failed", "another process of the trainin"), said


def test_what_fails_in_the_second_process_is_what_the_run_says(store, config, tmp_path):
    """Its pictures end before it has read all of them; those of the first process are where they were."""
    store.create(config.replace(epochs_first_branch=5000), run_id="torn")
    launcher = started(store, "torn")
    owner = trained_until(store, "torn", 1)
    assert the_other(owner).is_running()
    images = Path(config.data) / "images.npy"
    content = images.read_bytes()
    try:
        os.truncate(images, len(content) // 8)
        code, said = ended(launcher)
    finally:
        images.write_bytes(content)
    assert code != 0
    assert "ends before picture" in store.info("torn").status.message, said


def test_the_first_sentence_is_that_of_all():
    class Kept:
        def compare_set(self, key, expected, sentence):
            return b"the other's"

    with pytest.raises(TrainingError, match="the other's"), failing_together(Team(0, 2, store=Kept())):
        raise RuntimeError("Connection closed by peer")
    with pytest.raises(RuntimeError, match="closed by peer"), failing_together(ALONE):
        raise RuntimeError("Connection closed by peer")


def test_a_sweep_is_not_divided(store, config):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "esr_core"]
    options = ["train", "--data", config.data, "--runs", str(store.root), "--folds", "0,1"]
    found = subprocess.run([*command, *options], cwd=PROJECT, capture_output=True, text=True, timeout=240, check=False)
    assert found.returncode != 0
    assert found.stderr.count("error: one training at a time can be divided among processes, got a sweep") == 1
