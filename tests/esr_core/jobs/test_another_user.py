"""Runs and processes of another user: looked at as they are, and what cannot be done to them is said."""

import os
import signal

import pytest

from esr_core.commands import main
from esr_core.errors import JobError, RunError
from esr_core.jobs import JobQueue, Worker, processes
from esr_core.jobs.places import ThisMachine
from esr_core.run_store import run_lock

SENTENCE = f"process {os.getpid()} cannot be stopped: it is another user's"


@pytest.fixture
def of_another(monkeypatch):
    """Let the system refuse every signal, as to processes of another user."""

    def refuse(pid: int, number: int) -> None:
        assert number in {signal.SIGTERM, signal.SIGKILL}
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(processes.os, "kill", refuse)
    monkeypatch.setattr(processes.os, "killpg", refuse)


def test_a_training_of_another_user_is_not_stopped(store, tiny_training, of_another, capsys):
    store.create(tiny_training, run_id="theirs").start({})
    assert main(["jobs", "stop", "theirs", "--runs", str(store.root)]) == 2
    assert capsys.readouterr().err == f"error: {SENTENCE}\n"
    with pytest.raises(JobError, match=SENTENCE):
        processes.end_at_once(os.getpid())


def test_a_worker_goes_on_where_a_process_is_another_users(store, tiny_training, of_another, monkeypatch):
    monkeypatch.setattr(ThisMachine, "is_alive", lambda place, job: True)
    queue = JobQueue(store.root)
    store.create(tiny_training, run_id="theirs").start({})
    queue.submit({"theirs": "cpu"})
    job = queue.claim({"cpu": 1})
    queue.note(job.job_id, pid=os.getpid(), process_started=1.0)
    queue.ask_to_stop(job.job_id)
    assert Worker(store, {"cpu": 1}).look()
    assert queue.job_of("theirs").message == SENTENCE


def test_a_run_that_may_not_be_written_is_not_begun(store, tiny_training, monkeypatch):
    writer = store.create(tiny_training, run_id="theirs")

    def refuse(folder: object) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(run_lock, "take_lock", refuse)
    with pytest.raises(RunError, match=r"^run theirs cannot be written: Permission denied$"):
        writer.start({})
