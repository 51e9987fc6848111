"""What the worker makes of jobs that have a slot, without a process."""

import time
from types import SimpleNamespace

import pytest

from esr_core.jobs import JobQueue
from esr_core.jobs.places import PATIENCE_S
from esr_core.jobs.settling import Settlement
from esr_core.run_store import RunStore

HOUR_S = 3600.0


class LivePlace:
    """A place whose jobs live and do not listen; what is asked of it is written down."""

    def __init__(self) -> None:
        self.requests = []

    def is_alive(self, job) -> bool:
        return True

    def collect_log(self, job) -> None:
        pass

    def ask_to_end(self, job) -> None:
        self.requests.append("ask")

    def end_at_once(self, job) -> None:
        self.requests.append("kill")


@pytest.fixture
def stopping(tmp_path):
    """A job that was asked to stop, and the queue it is in."""
    queue = JobQueue(tmp_path)
    queue.submit({"a": "cpu"})
    job = queue.claim({"cpu": 1})
    queue.note(job.job_id, pid=1, process_started=1.0)
    return SimpleNamespace(queue=queue, job=queue.ask_to_stop(job.job_id), store=RunStore(tmp_path))


@pytest.mark.parametrize("set_by_s", [HOUR_S, -HOUR_S])
def test_a_clock_that_is_set_neither_shortens_nor_lengthens_the_time_a_job_has_to_stop(stopping, monkeypatch, set_by_s):
    place, now = LivePlace(), 0.0
    settlement = Settlement(stopping.store, stopping.queue, clock=lambda: now)
    settlement.settle(stopping.job, place)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + set_by_s)
    now = PATIENCE_S - 1
    settlement.settle(stopping.job, place)
    assert place.requests == ["ask", "ask"], "it has its time"
    now = PATIENCE_S + 1
    settlement.settle(stopping.job, place)
    assert place.requests == ["ask", "ask", "kill"]


def test_a_worker_that_begins_long_after_a_stop_gives_the_job_its_time(stopping):
    place = LivePlace()
    Settlement(stopping.store, stopping.queue, clock=lambda: HOUR_S).settle(stopping.job, place)
    assert place.requests == ["ask"]
