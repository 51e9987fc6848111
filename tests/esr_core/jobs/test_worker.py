"""The worker against real processes: what it says of a job is what is true."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from itertools import count

import psutil
import pytest

from esr_core.commands import main
from esr_core.errors import JobError, RunError
from esr_core.jobs import JobQueue, Worker, launch, processes, requeue, settling, stop, worker
from esr_core.jobs.only_worker import ensure_worker, only_worker
from esr_core.jobs.places import training_arguments
from esr_core.jobs.recovery import adopt_runs
from esr_core.locks import take_lock
from esr_core.records import HERE
from esr_core.run_store import RunStore, is_alive, process_start

LONG = {"epochs_first_branch": 5000, "validate_every_epochs": 1}
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
time.sleep(600)
"""


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.fixture
def by_hand(monkeypatch):
    """No worker is started: the tests look for it."""
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)


def looked_until(worker: Worker, run_id: str, state: str, seconds: float = 120) -> None:
    """Let the worker look until the run's latest job is in a state."""
    deadline = time.monotonic() + seconds
    while (job := worker.queue.job_of(run_id)).state != state:
        assert time.monotonic() < deadline, f"the job is {job.state} ({job.message}) and not {state}"
        worker.look()
        time.sleep(0.1)


def test_a_job_runs_and_its_end_is_that_of_its_run(store, tiny_training, by_hand):
    (run_id,) = launch(store, [tiny_training])
    one = Worker(store, {"cpu": 1})
    assert one.look()
    assert one.queue.job_of(run_id).state == "starting"
    looked_until(one, run_id, "finished")
    assert store.info(run_id).status.state == "finished"
    assert not one.look(), "nothing waits or runs any more"


def test_a_failed_job_has_the_runs_reason(store, tiny_training, by_hand):
    (run_id,) = launch(store, [tiny_training.replace(data=str(store.root / "gone"))])
    one = Worker(store, {"cpu": 1})
    looked_until(one, run_id, "failed")
    assert "gone" in one.queue.job_of(run_id).message


def test_a_killed_training_is_interrupted_and_resumed(store, tiny_training, by_hand, monkeypatch):
    monkeypatch.setattr(settling, "PATIENCE_S", 120.0)  # a busy machine takes its time to load the data
    (run_id,) = launch(store, [tiny_training.replace(**LONG)])
    one = Worker(store, {"cpu": 1})
    looked_until(one, run_id, "running")
    os.kill(one.queue.job_of(run_id).pid, signal.SIGKILL)
    looked_until(one, run_id, "interrupted", seconds=10)
    assert store.info(run_id).status.state == "interrupted"
    requeue(store, run_id)
    assert store.info(run_id).status.state == "queued"
    looked_until(one, run_id, "running")
    deadline = time.monotonic() + 120
    while store.training_state(run_id) is None and time.monotonic() < deadline:
        time.sleep(0.1)  # a stop in the first validation of a busy machine ends before there is anything to store
    stop(store, run_id)
    looked_until(one, run_id, "cancelled")
    assert store.info(run_id).status.state == "cancelled"
    assert store.training_state(run_id) is not None, "it can go on from there"


def test_a_worker_that_was_killed_is_replaced_and_nothing_runs_twice(store, tiny_training, by_hand):
    first, second = launch(store, [tiny_training.replace(**LONG), tiny_training])
    one = Worker(store, {"cpu": 1})
    looked_until(one, first, "running")
    pid = one.queue.job_of(first).pid
    del one  # its jobs go on
    two = Worker(store, {"cpu": 1})
    two.look()
    assert two.queue.job_of(first).pid == pid
    assert two.queue.job_of(second).state == "queued"
    stop(store, second)
    assert store.info(second).status.state == "cancelled", "it never started"
    stop(store, first)
    looked_until(two, first, "cancelled", seconds=20)


def test_a_worker_killed_between_start_and_note_finds_the_process_again(store, tiny_training, by_hand):
    (run_id,) = launch(store, [tiny_training.replace(**LONG)])
    queue = JobQueue(store.root)
    assert queue.claim({"cpu": 1}).run_id == run_id
    process = processes.start(training_arguments(store, run_id), store.folder(run_id) / "log.txt")
    one = Worker(store, {"cpu": 1})
    one.look()
    assert queue.job_of(run_id).pid == process.pid
    processes.end_at_once(process.pid)
    looked_until(one, run_id, "failed", seconds=20)  # it had not taken its run yet


def test_a_worker_killed_before_the_start_leaves_a_job_that_waits(store, tiny_training, by_hand):
    (run_id,) = launch(store, [tiny_training])
    queue = JobQueue(store.root)
    queue.claim({"cpu": 1})
    one = Worker(store, {"cpu": 1})
    one.queue.pause("only look")
    one.look()
    assert queue.job_of(run_id).state == "queued"


def test_after_a_reboot_there_is_no_ghost_even_where_a_pid_is_used_again(store, tiny_training, by_hand):
    (run_id,) = launch(store, [tiny_training])
    queue = JobQueue(store.root)
    job = queue.claim({"cpu": 1})
    writer = store.writer(run_id)
    writer.start({})
    queue.note(
        job.job_id, pid=os.getpid(), process_started=psutil.Process().create_time() - 1000
    )  # another process has it now
    status = store.folder(run_id) / "status.json"
    text = status.read_text().replace(str(process_start(psutil.Process())), "1.0")
    status.write_text(text)
    one = Worker(store, {"cpu": 1})
    one.look()
    assert queue.job_of(run_id).state == "interrupted"


def test_a_job_that_ignores_sigterm_is_ended_with_its_children(store, tiny_training, by_hand, monkeypatch):
    monkeypatch.setattr(settling, "PATIENCE_S", 1.0)
    (run_id,) = launch(store, [tiny_training])
    queue = JobQueue(store.root)
    job = queue.claim({"cpu": 1})
    child = subprocess.Popen(
        [sys.executable, "-c", STUBBORN, *training_arguments(store, run_id)], start_new_session=True
    )
    leader = psutil.Process(child.pid)
    while not leader.children():
        time.sleep(0.05)
    (grandchild,) = leader.children()
    queue.note(job.job_id, pid=child.pid, process_started=leader.create_time())
    store.writer(run_id).start({})
    one = Worker(store, {"cpu": 1})
    one.look()
    stop(store, run_id)
    one.look()
    assert child.poll() is None, "it was asked, and does not listen"
    time.sleep(1.1)
    one.look()
    child.wait(10)
    looked_until(one, run_id, "cancelled", seconds=10)
    assert store.info(run_id).status.state == "cancelled"
    assert "was killed" in queue.job_of(run_id).message
    assert not is_alive(grandchild.pid, grandchild.create_time() if grandchild.is_running() else 0.0)


def test_a_full_disk_pauses_the_queue_with_the_reason(store, tiny_training, by_hand, monkeypatch):
    (run_id,) = launch(store, [tiny_training])
    monkeypatch.setattr(worker, "MIN_FREE_BYTES", 2**62)
    one = Worker(store, {"cpu": 1})
    one.look()
    assert one.queue.job_of(run_id).state == "queued"
    assert "is full" in one.queue.pause_reason()


def test_a_device_that_vanished_and_a_run_that_was_deleted_fail_with_a_sentence(store, tiny_training, by_hand):
    gone, deleted = launch(store, [tiny_training.replace(device="cuda:7"), tiny_training])
    for path in sorted(store.folder(deleted).rglob("*"), reverse=True):
        path.unlink()
    store.folder(deleted).rmdir()
    one = Worker(store, {"cpu": 1})
    one.look()
    assert one.queue.job_of(gone).message == "this machine has no slot for device cuda:7"
    assert one.queue.job_of(deleted).state == "failed"
    assert f"there is no run '{deleted}'" in one.queue.job_of(deleted).message


def test_a_run_that_lost_its_job_gets_one(store, tiny_training):
    store.create(tiny_training, run_id="orphan", now=time.time() - 100)
    store.create(tiny_training, run_id="before_the_clock_was_set_back", now=time.time() + 100)
    store.create(tiny_training, run_id="young")
    one = Worker(store, {"cpu": 1})
    one.queue.pause("only look")
    one.look()
    assert [job.run_id for job in one.queue.jobs()] == ["orphan", "before_the_clock_was_set_back"]


def test_a_run_whose_stop_was_killed_halfway_is_stopped_again_or_by_the_worker(store, tiny_training, by_hand):
    for run_id in ("again", "by_the_worker"):
        store.create(tiny_training, run_id=run_id, now=time.time() - 100)
    one = Worker(store, {"cpu": 1})
    one.queue.submit({"again": "cpu", "by_the_worker": "cpu"})
    for job in one.queue.jobs():
        one.queue.ask_to_stop(job.job_id)  # and whoever asked is killed before it writes to the run
    assert [run.status.state for run in store.list()] == ["queued", "queued"]
    stop(store, "again")
    one.look()
    assert [run.status.state for run in store.list()] == ["cancelled", "cancelled"]
    assert [job.state for job in one.queue.jobs()] == ["cancelled", "cancelled"]


def test_a_click_twice_launches_once_and_a_launch_that_fails_leaves_no_orphan(store, tiny_training, by_hand):
    assert len(launch(store, [tiny_training, tiny_training], click="one")) == 2
    assert launch(store, [tiny_training, tiny_training], click="one") == []
    assert len(store.list()) == 2
    JobQueue(store.root).path.write_bytes(b"no database" * 500)
    with pytest.raises(JobError, match="is damaged"):
        launch(store, [tiny_training])
    assert [run.status.state for run in store.list()] == ["queued", "queued"]


def test_a_launch_that_fills_the_disk_stores_no_run_at_all(store, tiny_training, by_hand, monkeypatch):
    written = store.create

    def create(config):
        if store.list():
            monkeypatch.setattr("esr_core.run_store.status.write_atomically", no_space)
            raise RunError("a new run cannot be written: No space left on device")
        return written(config)

    monkeypatch.setattr(store, "create", create)
    with pytest.raises(RunError, match="a new run cannot be written"):
        launch(store, [tiny_training, tiny_training])
    assert store.list() == [], "one that seemed to wait would be trained a minute later"


def test_a_launch_that_fails_keeps_the_run_that_a_worker_has_adopted_meanwhile(
    store, tiny_training, by_hand, monkeypatch
):
    written = store.create

    def create(config):
        if store.list():  # so long after the first that a worker took it for a run that had lost its job
            adopt_runs(JobQueue(store.root), store, {}, orphan_after_s=0)
            raise RunError("a new run cannot be written")
        return written(config)

    monkeypatch.setattr(store, "create", create)
    with pytest.raises(RunError):
        launch(store, [tiny_training, tiny_training])
    assert [run.status.state for run in store.list()] == ["queued"]
    assert [job.state for job in JobQueue(store.root).jobs()] == ["queued"]


def test_a_launch_that_fails_says_why_also_where_its_run_was_deleted_meanwhile(
    store, tiny_training, by_hand, monkeypatch
):
    written = store.create

    def create(config):
        for run in store.list():
            shutil.rmtree(store.folder(run.run_id))
            raise RunError("a new run cannot be written")
        return written(config)

    monkeypatch.setattr(store, "create", create)
    with pytest.raises(RunError, match="a new run cannot be written"):
        launch(store, [tiny_training, tiny_training])


def no_space(path, content):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def test_a_job_whose_runs_folder_was_deleted_can_be_stopped(store, tiny_training, by_hand):
    (run_id,) = launch(store, [tiny_training])
    shutil.rmtree(store.folder(run_id))
    stop(store, run_id)
    assert JobQueue(store.root).job_of(run_id).state == "cancelled"


def test_there_is_one_worker(store):
    with only_worker(store):
        with pytest.raises(JobError, match="another worker is at work on"), only_worker(store):
            pass
        ensure_worker(store)
        assert not (store.root / ".worker.log").exists(), "none was started beside it"


def test_asked_for_again_before_it_is_up_a_worker_is_started_once(store, tiny_training, by_hand, monkeypatch):
    (run_id,) = launch(store, [tiny_training.replace(**LONG)])
    started = []
    start = processes.start
    monkeypatch.setattr(processes, "start", lambda *given, **more: started.append(start(*given, **more)))
    for _ in range(5):
        ensure_worker(store)
    assert len(started) == 1
    queue, deadline = JobQueue(store.root), time.monotonic() + 120
    try:
        while (job := queue.job_of(run_id)).pid is None:
            assert time.monotonic() < deadline, (store.root / ".worker.log").read_text()
            time.sleep(0.1)
        assert take_lock(store.root) is None, "it holds the lock for as long as it lives"
    finally:
        started[0].kill()
        started[0].wait(10)
    training = psutil.Process(job.pid)
    lock = take_lock(store.root)
    assert lock is not None, "what it has started does not hold it"
    assert training.is_running()
    os.close(lock)
    processes.end_at_once(training.pid)


def test_a_job_that_comes_while_the_worker_leaves_is_not_left_waiting(store, tiny_training, monkeypatch):
    started: list[list[str]] = []
    monkeypatch.setattr(processes, "start", lambda arguments, *_, **__: started.append(arguments))
    moments = iter([0.0, 0.0, 1.0])

    def clock() -> float:
        moment = next(moments)
        if moment == 1.0:  # it has looked for the last time
            launch(store, [tiny_training])
            assert not started, "who launches finds a worker at work"
        return moment

    Worker(store, {"cpu": 1}).run(until_idle_s=0.5, clock=clock)
    assert [arguments[:2] for arguments in started] == [["jobs", "worker"]]


def test_a_worker_that_the_machine_held_up_does_not_leave_what_runs(store, monkeypatch):
    one, looks = Worker(store, {"cpu": 1}), iter([True, True, False, False])
    monkeypatch.setattr(one, "look", lambda: next(looks))
    monkeypatch.setattr(worker, "LOOK_EVERY_S", 0)
    one.run(until_idle_s=1.0, clock=count(step=10).__next__)  # ten seconds pass between any two of its steps
    assert list(looks) == [False], "it looked until nothing ran"


def test_the_worker_of_the_command_line_works_until_idle(store, tiny_training, by_hand, capsys):
    (run_id,) = launch(store, [tiny_training])
    assert main(["jobs", "list", "--runs", str(store.root)]) == 0
    assert f"{run_id} queued 0 cpu" in " ".join(capsys.readouterr().out.split())
    assert main(["jobs", "worker", "--runs", str(store.root), "--until-idle", "1"]) == 0
    assert store.info(run_id).status.state == "finished"
    lock = take_lock(store.root)
    assert lock is not None
    os.close(lock)
    assert main(["jobs", "resume", run_id, "--runs", str(store.root)]) == 2
    assert f"run {run_id} cannot be resumed: it is finished" in capsys.readouterr().err


def test_priorities_are_given_on_the_command_line_to_those_that_wait(store, tiny_training, by_hand, capsys):
    first, second = (launch(store, [tiny_training.replace(seed=seed)])[0] for seed in (1, 2))
    assert main(["jobs", "priority", "3", second, "--runs", str(store.root)]) == 0
    queue = JobQueue(store.root)
    assert [(job.run_id, job.priority) for job in queue.jobs()] == [(second, 3), (first, 0)]
    assert queue.claim({"cpu": 1}).run_id == second
    assert main(["jobs", "priority", "-1", first, second, "--runs", str(store.root)]) == 2
    assert f"run {second} cannot be given a priority: it does not wait for a slot" in capsys.readouterr().err
    assert queue.job_of(first).priority == -1


def test_a_run_deleted_while_its_job_is_stopping_does_not_end_the_worker(store, tiny_training, by_hand):
    (run_id,) = launch(store, [tiny_training])
    queue = JobQueue(store.root)
    job = queue.claim({"cpu": 1})
    queue.note(job.job_id, pid=os.getpid(), process_started=1.0)  # a process that is gone
    queue.ask_to_stop(job.job_id)
    shutil.rmtree(store.folder(run_id))
    Worker(store, {"cpu": 1}).look()
    assert queue.job_of(run_id).state == "failed"
    assert f"there is no run '{run_id}'" in queue.job_of(run_id).message


@pytest.mark.parametrize("seen", ["queued", "running"])
def test_a_stop_asked_while_the_worker_settles_a_job_is_not_lost(store, tiny_training, by_hand, monkeypatch, seen):
    (run_id,) = launch(store, [tiny_training.replace(**LONG)])
    one = Worker(store, {"cpu": 1})
    if seen == "running":
        one.look()
    else:
        one.queue.claim(one.places.at(HERE).slots())  # by a worker that was killed before it started anything
    info, clicks = store.info, []

    def info_as_someone_clicks(asked: str):
        found, job = info(asked), one.queue.job_of(run_id)
        if not clicks and found.status.state == seen and job.state == "starting":
            clicks.append(one.queue.ask_to_stop(job.job_id))
        return found

    monkeypatch.setattr(store, "info", info_as_someone_clicks)
    looked_until(one, run_id, "cancelled", seconds=40)
    assert clicks
