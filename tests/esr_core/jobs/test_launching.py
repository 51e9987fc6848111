import os
import time

import pytest

from esr_core.errors import JobError
from esr_core.jobs import JobQueue, launch, processes, stop
from esr_core.run_store import RunStore


def wait_for(store: RunStore, run_id: str, *states: str, seconds: float = 90) -> str:
    deadline = time.monotonic() + seconds
    while (state := store.info(run_id).status.state) not in states and time.monotonic() < deadline:
        time.sleep(0.1)
    assert state in states, "\n".join([state, *store.log_tail(run_id)])
    return state


@pytest.fixture
def find_worker(store):
    """Finds the worker that a launch starts, and ends it afterwards."""

    def find():
        return processes.find(["jobs", "worker", "--runs", str(store.root.resolve()), "--until-idle", "60"])

    yield find
    if (process := find()) is not None:
        process.kill()


def test_a_launched_training_is_a_process_of_its_own_and_can_be_stopped(store, tiny_training, find_worker):
    (run_id,) = launch(store, [tiny_training.replace(epochs_first_branch=5000, validate_every_epochs=1)])
    wait_for(store, run_id, "running")
    pid = store.info(run_id).status.pid
    assert pid not in (os.getpid(), find_worker().pid)
    assert os.getsid(pid) == pid  # a session of its own: it does not end with ours
    stop(store, run_id)
    wait_for(store, run_id, "cancelled")
    deadline = time.monotonic() + 30
    while JobQueue(store.root).jobs()[0].state == "stopping" and time.monotonic() < deadline:
        time.sleep(0.1)  # until the worker has seen it, too
    with pytest.raises(JobError, match="cannot be stopped: it is cancelled"):
        stop(store, run_id)
