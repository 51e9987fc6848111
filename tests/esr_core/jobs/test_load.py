"""The worker under load and faults: real processes, of programs that stand in for trainings."""

import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import psutil
import pytest

from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.jobs import JobQueue, Worker, launch, processes, stop, worker
from esr_core.run_store import RunStore, process_start

SUBMITTERS, EACH, PRIORITIES = 8, 25, 3
CONFIG = TrainingConfig(data="toy", network=NetworkConfig(branching_level=4, num_branches=2), device="cpu")
TRAINING = '''
"""A training over in a moment: it takes its run, notes that it ran, and says that it is finished."""
import json, os, sys, time
from pathlib import Path
_, command, how, run_id, _, root = sys.argv
assert (command, how) == ("train", "--queued")
folder = Path(root) / run_id
ran = os.open(Path(root).parent / "ran", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(ran, f"{run_id} {os.getpid()}\\n".encode())
status = json.loads((folder / "status.json").read_text())
assert status["state"] == "queued", "a job runs once"
(folder / "manifest.json").write_text(json.dumps({"schema_version": 1, "sha256": {}}))
(folder / "new").write_text(json.dumps(status | {"state": "finished", "updated": time.time(), "test_accuracy": 0.5}))
(folder / "new").replace(folder / "status.json")
'''


STUBBORN = """
import json, os, signal, subprocess, sys, time
from pathlib import Path
signal.signal(signal.SIGTERM, signal.SIG_IGN)
sleep = [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"]
children = [subprocess.Popen(sleep), subprocess.Popen(sleep, start_new_session=True)]
(Path(sys.argv[5]).parent / "children").write_text(" ".join(str(child.pid) for child in children))
time.sleep(600)
"""


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """Lets processes start a package of the same name that does what a program says; the worker is the real one."""
    package = tmp_path / "source" / "esr_core"
    package.mkdir(parents=True)
    monkeypatch.setattr(processes, "SOURCE_ROOT", package.parent)
    monkeypatch.chdir(tmp_path)  # or `python -m` would find the real one here
    monkeypatch.setattr("esr_core.jobs.launching.ensure_worker", lambda store: None)
    return (package / "__main__.py").write_text


def submit(root: Path, who: int) -> list[tuple[int, str]]:
    """Launch the trainings of one submitter, one by one: priority and run of each."""
    store, launched = RunStore(root), []
    for number in range(EACH):
        priority = (who + number) % PRIORITIES
        (run_id,) = launch(store, [CONFIG.replace(seed=number)], priority, click=f"{who}-{number}")
        launched.append((priority, run_id))
    return launched


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # the children only write JSON and talk to SQLite
def test_two_hundred_jobs_of_eight_submitters_all_run_once_in_order_of_priority(tmp_path, stand_in, monkeypatch):
    monkeypatch.setattr(worker, "LOOK_EVERY_S", 0.02)
    stand_in(TRAINING)
    root = tmp_path / "runs"
    queue = JobQueue(root)
    queue.pause("until all are there")
    with ProcessPoolExecutor(SUBMITTERS, mp_context=get_context("fork")) as pool:
        found = pool.map(submit, [root] * SUBMITTERS, range(SUBMITTERS))
        launched = {run_id: priority for of_one in found for priority, run_id in of_one}
    assert len(launched) == SUBMITTERS * EACH
    waiting = [job.run_id for job in queue.jobs()]
    assert [launched[run_id] for run_id in waiting] == sorted(launched.values(), reverse=True)
    queue.go_on()

    store = RunStore(root)
    first = Worker(store, {"cpu": 1})
    while len([job for job in queue.jobs() if job.state == "finished"]) < 70:
        first.look()
    del first  # killed, as far as its successor can tell
    Worker(store, {"cpu": 1}).run(until_idle_s=0.5)

    ran = [line.split() for line in (tmp_path / "ran").read_text().splitlines()]
    assert [run_id for run_id, _ in ran] == waiting, "each once, in the order in which they waited"
    assert len({pid for _, pid in ran}) == len(ran), "each in a process of its own"
    jobs = queue.jobs()
    assert sorted(job.run_id for job in jobs) == sorted(launched)
    assert {job.state for job in jobs} == {"finished"}
    assert {run.status.state for run in store.list()} == {"finished"}
    starts = sorted(jobs, key=lambda job: job.started)
    assert all(one.ended <= next_one.started for one, next_one in pairwise(starts)), "one slot"


@pytest.mark.slow
def test_a_job_that_ignores_sigterm_is_ended_after_ten_seconds_with_all_its_children(tmp_path, stand_in):
    stand_in(STUBBORN)
    store = RunStore(tmp_path / "runs")
    (run_id,) = launch(store, [CONFIG])
    one = Worker(store, {"cpu": 1})
    one.look()
    (job,) = one.queue.jobs()
    while not (told := tmp_path / "children").exists() or len(told.read_text().split()) < 2:
        time.sleep(0.05)
    all_of_it = [psutil.Process(pid) for pid in (job.pid, *map(int, told.read_text().split()))]
    stop(store, run_id)
    asked = time.monotonic()
    while one.look() and time.monotonic() - asked < 60:
        time.sleep(0.05)
    assert 10 <= time.monotonic() - asked < 60
    assert one.queue.job_of(run_id).state == store.info(run_id).status.state == "cancelled"
    assert "it had not ended after 10 s and was killed" in one.queue.job_of(run_id).message
    psutil.wait_procs(all_of_it, timeout=5)
    assert not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in all_of_it)


@pytest.mark.parametrize("is_stopping", [False, True])
def test_whoever_has_the_pid_of_a_job_after_a_reboot_is_left_alone(is_stopping, tmp_path, stand_in):
    """The machine was switched off while a job ran; its process number belongs to somebody else now."""
    store = RunStore(tmp_path / "runs")
    (run_id,) = launch(store, [CONFIG])
    queue = JobQueue(store.root)
    job = queue.claim({"cpu": 1})
    store.writer(run_id).start({})
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True) as innocent:
        begun = psutil.Process(innocent.pid).create_time() - 3600
        status = store.folder(run_id) / "status.json"
        text = status.read_text().replace(f'"pid": {os.getpid()}', f'"pid": {innocent.pid}')
        status.write_text(text.replace(repr(process_start(psutil.Process())), repr(begun)))
        queue.note(job.job_id, pid=innocent.pid, process_started=begun)
        if is_stopping:
            queue.ask_to_stop(job.job_id)
        one = Worker(store, {"cpu": 1})
        assert not one.look(), "nothing runs, and nothing waits"
        expected = "cancelled" if is_stopping else "interrupted"
        assert queue.job_of(run_id).state == store.info(run_id).status.state == expected
        assert innocent.poll() is None
        innocent.kill()
