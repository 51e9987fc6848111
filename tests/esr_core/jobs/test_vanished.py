"""What vanishes under a job, a device or its run's folder, against real processes: a clear sentence, a live worker."""

import json
import shutil
import time

import pytest

from esr_core.errors import RunError
from esr_core.jobs import JobQueue, Worker, launch, processes, requeue
from esr_core.run_store import is_alive

LONG = {"epochs_first_branch": 5000, "validate_every_epochs": 1}


@pytest.fixture(autouse=True)
def by_hand(monkeypatch):
    """No worker is started: the tests look for it."""
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)


@pytest.fixture(autouse=True)
def no_cards(monkeypatch):
    """The trainings see none, whatever the machine has."""
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")


def looked_until(worker: Worker, run_id: str, *states: str, seconds: float = 120):
    """Let the worker look until the run's latest job is in one of the states."""
    deadline = time.monotonic() + seconds
    while (job := worker.queue.job_of(run_id)).state not in states:
        assert time.monotonic() < deadline, f"the job is {job.state} ({job.message})"
        worker.look()
        time.sleep(0.1)
    return job


def test_a_job_for_a_card_that_is_gone_fails_and_so_does_its_run_which_can_be_resumed(store, tiny_training):
    (run_id,) = launch(store, [tiny_training.replace(device="cuda:0")])
    one = Worker(store, {"cpu": 1})
    assert not one.look(), "nothing is left to wait for"
    told = "this machine has no slot for device cuda:0"
    assert (JobQueue(store.root).job_of(run_id).state, JobQueue(store.root).job_of(run_id).message) == ("failed", told)
    status = store.info(run_id).status
    assert (status.state, status.message) == ("failed", told), "a run without a job must not seem to wait"
    requeue(store, run_id)
    assert JobQueue(store.root).job_of(run_id).state == "queued"
    assert store.info(run_id).status.message == "", "what was wrong before is not what is wrong now"


def test_a_card_that_goes_after_its_slot_was_given_fails_the_training_with_its_sentence(store, tiny_training):
    (run_id,) = launch(store, [tiny_training.replace(device="cuda:0")])
    job = looked_until(Worker(store, {"cuda:0": 1}), run_id, "failed", "finished", "interrupted")
    told = "device 'cuda:0' is not on this machine: it has 0 CUDA cards"
    assert (job.state, job.message) == ("failed", told)
    assert (store.info(run_id).status.state, store.info(run_id).status.message) == ("failed", told)


@pytest.mark.slow
def test_a_folder_deleted_under_a_training_ends_it_and_the_worker_goes_on(store, tiny_training):
    deleted, other = launch(store, [tiny_training.replace(**LONG), tiny_training])
    one = Worker(store, {"cpu": 1})
    job = looked_until(one, deleted, "running")
    while not (store.folder(deleted) / "epochs.jsonl").exists():
        time.sleep(0.1)
    aside = store.root / ".going"  # a rename is one step; deleting file by file, the training may write between two
    store.folder(deleted).rename(aside)
    shutil.rmtree(aside)
    ended = looked_until(one, deleted, "failed", "interrupted", "cancelled", "finished", seconds=60)
    told = f"there is no run '{deleted}' any more: its folder was deleted under its job"
    assert (ended.state, ended.message) == ("failed", told)
    assert not is_alive(job.pid, job.process_started)
    assert not (store.root / deleted).exists(), "the training must not bring the folder back"
    assert looked_until(one, other, "finished").message == ""


def test_a_training_whose_folder_goes_before_its_first_words_does_not_bring_it_back(store, tiny_training):
    (run_id,) = launch(store, [tiny_training])
    writer = store.writer(run_id)
    writer.start({})
    shutil.rmtree(store.folder(run_id))
    with pytest.raises(RunError, match=f"{run_id}/parts.json.gz cannot be written: No such file or directory"):
        writer.save_parts({})
    with pytest.raises(RunError, match=f"{run_id}/checkpoints/best.safetensors cannot be written"):
        writer._write("checkpoints/best.safetensors", b"")
    assert not (store.root / run_id).exists()


def test_a_process_that_cannot_be_started_fails_its_run_too(store, tiny_training, monkeypatch):
    (run_id,) = launch(store, [tiny_training])
    monkeypatch.setattr(processes.sys, "executable", "/there/is/no/python")
    one = Worker(store, {"cpu": 1})
    one.look()
    told = "a process could not be started: No such file or directory"
    assert (JobQueue(store.root).job_of(run_id).state, JobQueue(store.root).job_of(run_id).message) == ("failed", told)
    assert (store.info(run_id).status.state, store.info(run_id).status.message) == ("failed", told)


@pytest.mark.parametrize("state", ["queued", "starting"])
def test_a_folder_deleted_just_as_the_worker_settles_its_job_does_not_end_the_worker(store, tiny_training, state):
    (run_id,) = launch(store, [tiny_training.replace(device="cuda:0" if state == "queued" else "cpu")])
    queue = JobQueue(store.root)
    one = Worker(store, {"cpu": 1})
    if state == "starting":
        queue.claim({"cpu": 1})
        queue.note(queue.job_of(run_id).job_id, pid=1, process_started=1.0)  # gone before it took its run
    info, writer = store.info, store.writer

    def deleted_meanwhile(asked):
        shutil.rmtree(store.root / asked, ignore_errors=True)
        return writer(asked)

    store.writer = deleted_meanwhile
    assert info(run_id).status.state == "queued"
    one.look()
    assert JobQueue(store.root).job_of(run_id).state == "failed"


def test_a_run_without_a_job_whose_settings_cannot_be_read_does_not_end_the_worker(store, tiny_training):
    for name in ("torn", "whole"):
        store.create(tiny_training, run_id=name, now=time.time() - 100)
    (store.root / "torn" / "config.json").write_text(json.dumps({"data": 3}))
    one = Worker(store, {"cpu": 1})
    one.queue.pause("only look")
    one.look()
    assert [job.run_id for job in one.queue.jobs()] == ["whole"]
