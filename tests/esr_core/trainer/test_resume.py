"""Nothing is lost: a training that was killed, stopped or failed goes on and ends with the same bits."""

import errno
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from esr_core.commands import main
from esr_core.errors import DamagedRunError, RunError
from esr_core.run_store import RunStore
from esr_core.run_store.files import sha256
from esr_core.trainer import train_run
from esr_core.trainer.first_branches import FOLDER

pytestmark = pytest.mark.usefixtures("narrow_networks")

PROJECT = Path(__file__).parents[3]
KILLED_AT_A_WRITE = """
import os, signal, sys
import torch
from esr_core.config import groups
from esr_core.trainer import train_run
from esr_core.run_store import RunStore
from tests.conftest import NARROW
groups.ARCHITECTURES = NARROW
torch.set_num_threads(1)
left = int(sys.argv[3])
really = os.fsync
def fsync(file):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)  # the file is written but has not its name yet
    really(file)
os.fsync = fsync
train_run(RunStore(sys.argv[1]), sys.argv[2])
"""


@pytest.fixture(scope="module")
def long(tiny_training):
    """Three epochs for each of two branches, a validation point after each epoch."""
    return tiny_training.replace(
        strategy="varied", epochs_first_branch=3, epochs_later_branch=3, validate_every_epochs=1
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory, long) -> RunStore:
    """A store with the run ``whole``, which nothing interrupted; every run in it trains its own first branch."""
    store = RunStore(tmp_path_factory.mktemp("resumed") / "runs")
    store.root.mkdir()
    (store.root / FOLDER).touch()  # a file, where a folder is needed to keep first branches
    train_run(store, store.create(long, run_id="whole").run_id)
    return store


def stop_after(epochs: int):
    """Watches a training and asks it to stop once so many epochs are done; it does after the next one."""

    def watch(progress):
        if progress.epochs_done == epochs:
            signal.raise_signal(signal.SIGTERM)

    return watch


def killed_at(store: RunStore, run_id: str, write: int) -> bool:
    """Train in a process that is killed at its n-th write to disk; False if it ended before."""
    command = [sys.executable, "-c", KILLED_AT_A_WRITE, str(store.root), run_id, str(write)]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode in (0, -signal.SIGKILL), result.stderr
    return result.returncode != 0


def assert_same_run(store: RunStore, first: str, second: str) -> None:
    """Bit-identical weights and predictions, and the same validation points but for the time they took."""
    for name in ("checkpoints/best.safetensors", "predictions/test.parquet", "parts.json.gz"):
        assert sha256(store.folder(first) / name) == sha256(store.folder(second) / name), name
    timeless = {"seconds": 0.0, "images_per_second": None}
    histories = [[replace(record, **timeless) for record in store.history(run_id)] for run_id in (first, second)]
    assert histories[0] == histories[1]
    assert store.check(second) == []


@pytest.mark.slow
def test_killed_while_a_checkpoint_is_written_it_goes_on_to_the_same_bits(store, long):
    store.create(long, run_id="killed")
    assert killed_at(store, "killed", 21)  # a few epochs into the first branch
    assert store.info("killed").status.state == "interrupted"
    assert not (store.folder("killed") / "manifest.json").exists()
    assert train_run(store, "killed").status.state == "finished"
    assert_same_run(store, "whole", "killed")
    assert not (store.folder("killed") / "resume.pt").exists()
    assert len(json.loads((store.folder("killed") / "environment.json").read_text())["resumed"]) == 1


@pytest.mark.slow
def test_killed_at_ten_random_writes_one_after_another_it_goes_on_to_the_same_bits(store, long):
    store.create(long, run_id="killed-ten-times")
    kills = 0
    for write in np.random.default_rng(7).integers(3, 9, 10).tolist():
        kills += store.info("killed-ten-times").status.state != "finished" and killed_at(
            store, "killed-ten-times", write
        )
    assert kills >= 5
    if store.info("killed-ten-times").status.state != "finished":
        train_run(store, "killed-ten-times")
    assert_same_run(store, "whole", "killed-ten-times")


@pytest.mark.slow
def test_killed_once_at_any_of_its_writes_it_goes_on_to_the_same_bits(store, long):
    """Between the branches, at the last manifest, at the very first status: no write is a bad moment to die."""
    write, was_killed = 1, True
    while was_killed:
        store.create(long, run_id="killed-once")
        was_killed = killed_at(store, "killed-once", write)
        if store.info("killed-once").status.state != "finished":
            train_run(store, "killed-once")
        assert_same_run(store, "whole", "killed-once")
        shutil.rmtree(store.folder("killed-once"))
        write += 4
    assert write > 40


def test_a_stopped_run_is_resumed_from_the_command_line_and_ends_like_one_that_was_not(store, long, capsys):
    store.create(long, run_id="stopped")
    assert train_run(store, "stopped", stop_after(2)).status.state == "cancelled"
    assert main(["train", "--resume", "stopped", "--runs", str(store.root)]) == 0
    assert "stopped: finished, test accuracy" in capsys.readouterr().out
    assert_same_run(store, "whole", "stopped")


def test_a_run_that_stores_int8_goes_on_with_the_exact_weights(store, long):
    small = long.replace(checkpoint_dtype="int8", epochs_later_branch=1)
    for run_id in ("small", "small-stopped"):
        store.create(small, run_id=run_id)
    train_run(store, "small")
    assert train_run(store, "small-stopped", stop_after(1)).status.state == "cancelled"
    assert train_run(store, "small-stopped").status.state == "finished"
    assert_same_run(store, "small", "small-stopped")


def test_a_finished_run_is_not_resumed(store, capsys):
    assert main(["train", "--resume", "whole", "--runs", str(store.root)]) == 2
    sentence = "run whole must be interrupted, cancelled or failed to be resumed, but is finished"
    assert sentence in capsys.readouterr().err


def test_a_full_disk_fails_the_run_cleanly_and_it_goes_on_when_there_is_room(store, long, monkeypatch):
    store.create(long, run_id="full")
    room = [4]  # training states that still fit
    save = torch.save

    def save_while_there_is_room(state, file):
        room[0] -= 1
        if room[0] < 0:
            file.write(b"half of it")
            raise OSError(errno.ENOSPC, "No space left on device")
        save(state, file)

    monkeypatch.setattr("esr_core.run_store.writer.torch.save", save_while_there_is_room)
    with pytest.raises(RunError, match=r"full/resume.pt cannot be written: No space left on device"):
        train_run(store, "full")
    status = store.info("full").status
    assert status.state == "failed"
    assert "No space left on device" in status.message
    assert len(store.load_network("full").branches) == 1
    monkeypatch.undo()
    train_run(store, "full")
    assert_same_run(store, "whole", "full")


def test_a_loss_that_is_not_finite_fails_the_run_and_keeps_the_last_good_state(store, long):
    store.create(long.replace(learning_rate=1e30), run_id="wild")
    with pytest.raises(Exception, match="stopped being a finite number in step"):
        train_run(store, "wild")
    status = store.info("wild").status
    assert status.state == "failed"
    assert "branch 1 stopped being a finite number" in status.message
    state = store.training_state("wild")
    assert state["epochs_done"] == 0
    assert all(value.isfinite().all() for value in state["network"].values())


def test_changed_data_is_refused_with_both_fingerprints(store, long, prepared_faces, tmp_path):
    data = tmp_path / "faces"
    shutil.copytree(prepared_faces / "tiny", data)
    store.create(long.replace(data=str(data)), run_id="moved")
    train_run(store, "moved", stop_after(1))
    card = json.loads((data / "card.json").read_text())
    (data / "card.json").write_text(json.dumps(card | {"fingerprint": "0123abcd"}))
    with pytest.raises(RunError, match=f"fingerprint {card['fingerprint']}, but .* has 0123abcd now"):
        train_run(store, "moved")


def test_a_damaged_state_is_named(store, long):
    store.create(long, run_id="torn")
    (store.folder("torn") / "resume.pt").write_bytes(b"PK nothing")
    with pytest.raises(DamagedRunError, match=r"torn/resume\.pt must hold the state of a training"):
        train_run(store, "torn")


def test_validation_points_that_are_lost_are_named(store, long):
    store.create(long, run_id="short")
    train_run(store, "short", stop_after(2))
    (store.folder("short") / "epochs.jsonl").write_text("")
    with pytest.raises(DamagedRunError, match=r"short/epochs\.jsonl must hold 4 validation points, found 0"):
        train_run(store, "short")
