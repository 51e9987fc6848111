"""Whoever copies, renames, restores, synchronises or unzips a run's folder gets a run that is over, and no ghost."""

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from esr_core.errors import JobError, RunError
from esr_core.jobs import JobQueue, Worker, stop
from esr_core.jobs.places import ThisMachine, training_arguments
from esr_core.records import RunStatus
from esr_core.run_store import RunStore, RunWriter
from esr_core.run_store.run_lock import RunLock
from esr_core.run_store.status import REMOTE_SILENCE_S, read_status, write_status
from tests.esr_core.run_store.conftest import CONFIG, record


@pytest.fixture
def live(store) -> RunWriter:
    """A run that this process writes."""
    writer = store.create(CONFIG, run_id="live", now=1000.0)
    writer.start({})
    writer.append(record(1, 0, 0.5))
    return writer


def write_as(folder: Path, **changes: object) -> None:
    """Change what status.json says."""
    path = folder / "status.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_copy_of_a_run_that_trains_is_over_and_the_original_is_not(store, live):
    shutil.copytree(live.folder, store.root / "copy")
    live.append(record(1, 1, 0.6))
    copy, original = store.info("copy"), store.info("live")
    assert (copy.status.state, original.status.state) == ("interrupted", "running")
    assert copy.status.message == "it is a copy of run live, or was renamed"
    assert (len(store.history("copy")), len(store.history("live"))) == (1, 2)
    with pytest.raises(JobError, match="run copy cannot be stopped: it is interrupted"):
        stop(store, "copy")


def test_a_copy_of_the_same_name_elsewhere_is_over(live, tmp_path):
    backup = tmp_path / "backup" / "live"
    shutil.copytree(live.folder, backup)
    assert read_status(live.folder).state == "running"
    status = read_status(backup)
    assert (status.state, status.message) == ("interrupted", "its process is gone")


def test_a_folder_that_was_renamed_under_its_process_is_over(store, live):
    live.folder.rename(store.root / "renamed")
    assert store.info("renamed").status.state == "interrupted"


def test_a_run_of_an_older_version_that_trains_is_told_from_its_copy_by_the_lock(store, live):
    write_as(live.folder, run_id="", inode=None, created=None)
    shutil.copytree(live.folder, store.root / "copy")
    assert store.info("live").status.state == "running"
    assert store.info("copy").status.state == "interrupted"


def test_a_copy_of_a_run_that_waits_does_not_wait(store):
    store.create(CONFIG, run_id="waits")
    shutil.copytree(store.root / "waits", store.root / "copy")
    assert store.info("waits").status.state == "queued"
    assert store.info("copy").status.state == "interrupted"


def test_a_copy_can_be_resumed_under_its_own_name(store, live):
    shutil.copytree(live.folder, store.root / "copy")
    store.writer("copy").wait()
    assert store.info("copy").status.state == "queued"
    store.writer("copy").start({})
    assert store.info("copy").status.state == "running"


def test_a_copy_and_a_checkout_keep_the_date_at_which_the_run_was_created(store, live):
    live.cancel()
    shutil.copytree(live.folder, store.root / "copy")
    os.utime(store.root / "copy" / "config.json")  # as unzip and git do
    assert store.info("copy").created == store.info("live").created == 1000.0


def elsewhere(folder: Path, **changes: object) -> None:
    """Let a status be of a process on another host, of which no lock is seen."""
    write_as(folder, host="elsewhere", **changes)


def test_a_clock_that_runs_ahead_on_another_host_keeps_no_ghost(store):
    folder = store.create(CONFIG, run_id="far").folder
    write_status(folder, RunStatus(state="running", updated=5000.0, host="elsewhere", pid=1, process_started=1.0))
    assert read_status(folder, now=5000.0).state == "running"
    assert read_status(folder, now=5000.0 - REMOTE_SILENCE_S - 1).state == "interrupted"
    (folder / ".lock").touch()
    os.utime(folder / ".lock", (1000.0, 1000.0))
    assert read_status(folder, now=1060.0).state == "running"
    assert read_status(folder, now=5000.0).state == "interrupted", "the beat has stopped, whatever the clock there says"


def test_of_a_process_on_another_host_a_lock_that_is_held_says_that_it_lives(live):
    elsewhere(live.folder)
    os.utime(live.folder / ".lock", (1.0, 1.0))
    assert read_status(live.folder).state == "running"


def test_a_copy_of_what_another_host_writes_is_over(live, tmp_path):
    elsewhere(live.folder)
    backup = tmp_path / "backup" / "live"
    shutil.copytree(live.folder, backup)
    assert read_status(live.folder).state == "running"
    assert read_status(backup).state == "interrupted"


def test_a_reader_that_looks_at_the_lock_does_not_refuse_a_run_to_its_writer(store):
    folder = store.create(CONFIG, run_id="one").folder
    RunLock(folder).release()
    reader = os.open(folder / ".lock", os.O_RDONLY)
    fcntl.flock(reader, fcntl.LOCK_SH)
    threading.Timer(0.2, os.close, [reader]).start()
    RunLock(folder).release()


def test_a_copied_queue_stops_no_process_of_the_original(store, tmp_path, monkeypatch):
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)
    store.create(CONFIG, run_id="live")
    sleeper = "import time; time.sleep(600)"
    command = [sys.executable, "-c", sleeper, *training_arguments(store, "live")]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        queue = JobQueue(store.root)
        queue.submit({"live": "cpu"})
        job = queue.claim({"cpu": 1})
        queue.note(job.job_id, pid=process.pid, process_started=psutil.Process(process.pid).create_time())
        shutil.copytree(store.root, tmp_path / "copy")
        copied = RunStore(tmp_path / "copy")
        job = JobQueue(copied.root).job_of("live")
        assert ThisMachine(store, {}).is_alive(job)
        assert not ThisMachine(copied, {}).is_alive(job)
        stop(copied, "live")
        Worker(copied, {"cpu": 1}).look()
        time.sleep(0.2)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("step", [-86_400.0, 3600.0])
def test_what_trains_is_running_whatever_the_clock_is_set_to(live, monkeypatch, step):
    booted = psutil.boot_time() + step  # Linux reckons it anew from the clock
    monkeypatch.setattr(psutil._psplatform, "boot_time", lambda: booted)
    assert read_status(live.folder).state == "running"


def test_a_process_that_an_earlier_version_stored_by_the_clock_is_known(live):
    write_as(live.folder, process_started=psutil.Process().create_time())
    assert read_status(live.folder).state == "running"


def test_storage_without_locks_leaves_a_run_to_what_else_is_known_of_it(live, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert read_status(live.folder).state == "running"
    with pytest.raises(RunError, match="run live cannot be written: No locks available: its storage cannot lock"):
        RunLock(live.folder)
