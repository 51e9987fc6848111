"""The queue: order, slots, one submission a click, and a database that is locked or torn."""

import sqlite3
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from threading import Timer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.errors import ConfigError, DamagedQueueError, JobError
from esr_core.jobs import JobQueue, machine_slots, queue_database
from esr_core.jobs.places import ThisMachine
from esr_core.jobs.recovery import mend
from esr_core.jobs.slots import slot_for
from esr_core.records import HERE
from esr_core.run_store import RunStore

ONE_CPU = {"cpu": 1}
CONFIG = TrainingConfig(data="toy", network=NetworkConfig(branching_level=4, num_branches=2), device="cpu")


@pytest.fixture
def queue(tmp_path) -> JobQueue:
    return JobQueue(tmp_path)


def claimed(queue: JobQueue, slots=ONE_CPU) -> list[str]:
    """Run ids in the order they start, each being over before the next."""
    order = []
    while job := queue.claim(slots):
        order.append(job.run_id)
        queue.set_state(job.job_id, "finished")
    return order


def by_run(queue: JobQueue):
    return {job.run_id: job for job in queue.jobs()}


def test_jobs_start_by_priority_then_in_the_order_they_came(queue):
    queue.submit({"a": "cpu", "b": "cpu"})
    queue.submit({"urgent": "cpu"}, priority=1)
    queue.submit({"c": "cpu"})
    queue.move_to_front(by_run(queue)["c"].job_id)
    queue.set_priority(by_run(queue)["a"].job_id, -1)
    assert [job.run_id for job in queue.jobs()] == ["urgent", "c", "b", "a"]
    assert claimed(queue) == ["urgent", "c", "b", "a"]


@settings(max_examples=25)
@given(priorities=st.lists(st.integers(-2, 2), min_size=1, max_size=8))
def test_any_priorities_start_in_order_and_once(tmp_path_factory, priorities):
    queue = JobQueue(tmp_path_factory.mktemp("queue"))
    for number, priority in enumerate(priorities):
        queue.submit({f"r{number}": "cpu"}, priority)
    expected = sorted(range(len(priorities)), key=lambda number: (-priorities[number], number))
    assert claimed(queue) == [f"r{number}" for number in expected]


def test_a_slot_holds_as_many_jobs_as_it_has_places(queue):
    queue.submit({"a": "cpu", "b": "cpu", "c": "cpu"})
    slots = {"cpu": 2}
    first, second = queue.claim(slots), queue.claim(slots)
    assert (first.state, first.slot, second.run_id) == ("starting", "cpu", "b")
    assert queue.claim(slots) is None
    queue.set_state(first.job_id, "finished")
    assert queue.claim(slots).run_id == "c"


def test_a_job_that_fits_no_free_slot_does_not_hold_up_the_others(queue):
    queue.submit({"gpu": "cuda:0", "other": "cpu"})
    queue.submit({"second": "cuda:0"})
    slots = {"cuda:0": 1, "cpu": 1}
    assert [queue.claim(slots).run_id for _ in range(2)] == ["gpu", "other"]
    assert queue.claim(slots) is None


@pytest.mark.parametrize(
    ("device", "free", "expected"),
    [
        ("cpu", {"cpu": 1}, "cpu"),
        ("cpu", {"cpu": 0}, None),
        ("cuda", {"cuda:0": 1}, "cuda:0"),
        ("cuda:1", {"cuda:0": 1, "cuda:1": 0}, None),
        ("auto", {"cuda:0": 0, "cuda:1": 1, "cpu": 1}, "cuda:1"),
        ("auto", {"cuda:0": 0, "cpu": 1}, None),
        ("auto", {"cpu": 1}, "cpu"),
    ],
)
def test_which_slot_a_device_takes(device, free, expected):
    assert slot_for(device, free) == expected


def test_a_machine_without_a_slot_is_refused():
    assert machine_slots(cpu=3)["cpu"] == 3
    with pytest.raises(ConfigError, match="slots must be 0 or more, got -1 for the CPU"):
        machine_slots(cpu=-1)
    with pytest.raises(ConfigError, match="at least one slot is needed"):
        machine_slots(cpu=0, per_gpu=0)


def test_a_run_waits_once_and_may_wait_again_when_it_is_over(queue):
    queue.submit({"a": "cpu"})
    with pytest.raises(JobError, match="run a is waiting or running already"):
        queue.submit({"b": "cpu", "a": "cpu"})
    assert [job.run_id for job in queue.jobs()] == ["a"], "all or none"
    queue.ask_to_stop(by_run(queue)["a"].job_id)
    queue.submit({"a": "cpu"})
    assert sorted(job.state for job in queue.jobs()) == ["cancelled", "queued"]


def test_a_pause_starts_nothing_until_it_ends(queue):
    queue.submit({"a": "cpu"})
    queue.pause("the disk is full")
    assert queue.pause_reason() == "the disk is full"
    assert queue.claim(ONE_CPU) is None
    queue.go_on()
    assert queue.pause_reason() is None
    assert queue.claim(ONE_CPU).run_id == "a"


def test_stopping_by_state(queue):
    queue.submit({"a": "cpu", "b": "cpu"})
    running = queue.claim(ONE_CPU)
    stopping = queue.ask_to_stop(running.job_id)
    assert stopping.state == "stopping"
    assert queue.ask_to_stop(running.job_id) == stopping, "it is asked once"
    assert queue.ask_to_stop(by_run(queue)["b"].job_id).state == "cancelled"
    with pytest.raises(JobError, match="of run b cannot be stopped: it is cancelled"):
        queue.ask_to_stop(by_run(queue)["b"].job_id)
    with pytest.raises(JobError, match="job 1 of run a is stopping; stop it before removing it"):
        queue.forget(running.job_id)
    queue.forget(by_run(queue)["b"].job_id)
    with pytest.raises(JobError, match="there is no job 2"):
        queue.forget(2)


def spend_one(folder: Path) -> int:
    return sum(JobQueue(folder).spend(token) for token in ("one", "two", "one"))


def submit_many(folder: Path, who: int) -> None:
    queue = JobQueue(folder)
    for number in range(25):
        queue.submit({f"r{who}-{number}": "cpu"}, priority=number % 3)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # the children only talk to SQLite
def test_two_hundred_jobs_of_eight_submitters_all_wait_once(tmp_path):
    with ProcessPoolExecutor(8, mp_context=get_context("fork")) as pool:
        for done in [pool.submit(submit_many, tmp_path, who) for who in range(8)]:
            done.result()
        spent = [pool.submit(spend_one, tmp_path) for _ in range(8)]
        assert sum(one.result() for one in spent) == 2, "a token is good once, whoever comes first"
    queue = JobQueue(tmp_path)
    order = claimed(queue)
    assert len(order) == len(set(order)) == 200
    priorities = [int(run.split("-")[1]) % 3 for run in order]
    assert priorities == sorted(priorities, reverse=True)


def test_one_who_finds_the_database_being_made_waits_for_it(queue):
    # SQLite's own timeout does not hold for a change of the journal mode: the second to come was refused at once
    queue.path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(queue.path, isolation_level=None, check_same_thread=False)) as maker:
        maker.execute("BEGIN IMMEDIATE")
        Timer(0.3, maker.execute, ["ROLLBACK"]).start()
        queue.submit({"a": "cpu"})
    assert list(by_run(queue)) == ["a"]


def test_reading_waits_for_no_writer_and_sees_what_was_there_before(queue, monkeypatch):
    monkeypatch.setattr(queue_database, "LOCKED_AFTER_S", 0.1)
    queue.submit({"a": "cpu"})
    with closing(sqlite3.connect(queue.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE jobs SET state = 'cancelled'")
        assert [job.state for job in queue.jobs()] == ["queued"]
        assert queue.job_of("a").state == "queued"
        assert queue.pause_reason() is None
        queue.check()
        writer.execute("COMMIT")
    assert queue.job_of("a").state == "cancelled"


def test_reading_a_queue_that_is_not_there_creates_none(tmp_path):
    queue = JobQueue(tmp_path / "runs")
    assert (queue.jobs(), queue.job_of("a"), queue.pause_reason()) == ([], None, None)
    queue.check()
    assert list(tmp_path.iterdir()) == []


def test_reading_a_queue_that_is_being_made_finds_it_empty(queue):
    queue.path.touch()
    assert (queue.jobs(), queue.job_of("a"), queue.pause_reason()) == ([], None, None)
    assert queue.path.stat().st_size == 0


def test_the_job_of_a_run_is_its_latest(queue):
    queue.submit({"a": "cpu", "b": "cpu"})
    first = queue.job_of("a")
    queue.ask_to_stop(first.job_id)
    assert queue.job_of("a").state == "cancelled"
    queue.submit({"a": "cpu"})
    assert queue.job_of("a").state == "queued"
    assert queue.job_of("a").job_id > first.job_id
    assert queue.job_of("c") is None


def test_a_slot_is_given_to_jobs_of_its_place_alone(queue):
    queue.submit({"there": "cpu"}, place="ray:http://127.0.0.1:8265")
    queue.submit({"anywhere": "cpu"}, place=None)
    assert queue.claim(ONE_CPU) is None
    assert queue.claim(ONE_CPU, "ray:http://127.0.0.1:8265").run_id == "there"


def test_a_locked_database_is_reported(queue, monkeypatch):
    monkeypatch.setattr(queue_database, "LOCKED_AFTER_S", 0.1)
    queue.submit({"a": "cpu"})
    with sqlite3.connect(queue.path, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(JobError, match="cannot be used now: database is locked"):
            queue.submit({"b": "cpu"})
        other.execute("ROLLBACK")
    other.close()
    queue.submit({"b": "cpu"})


@pytest.mark.parametrize("damage", ["foreign", "torn"])
def test_a_damaged_database_is_reported_and_made_anew_from_the_runs(tmp_path, damage):
    store, queue = RunStore(tmp_path), JobQueue(tmp_path)
    for name in ("first", "second", "over"):
        store.create(CONFIG, run_id=name)
    store.writer("over").cancel()
    queue.submit({"first": "cpu", "second": "cpu"})
    if damage == "foreign":
        queue.path.write_bytes(b"this is no database" * 1000)
    else:
        content = bytearray(queue.path.read_bytes())
        content[4096:8192] = b"\xff" * 4096
        queue.path.write_bytes(content)
    with pytest.raises(DamagedQueueError, match=r"queue\.sqlite3 is damaged"):
        queue.check()
    told = mend(queue, store, {HERE: ThisMachine(store, ONE_CPU)})
    assert "made anew from the runs" in told
    assert [(job.run_id, job.state) for job in queue.jobs()] == [("first", "queued"), ("second", "queued")]
    assert len(list(tmp_path.glob("queue.damaged-*.sqlite3"))) == 1, "what was there is kept"
    assert mend(queue, store, {HERE: ThisMachine(store, ONE_CPU)}) is None


def test_the_priority_of_a_job_that_waits_no_more_stays(queue):
    queue.submit({"a": "cpu"})
    job = queue.claim({"cpu": 1})
    with pytest.raises(JobError, match=f"job {job.job_id} of run a waits no more: it is starting"):
        queue.set_priority(job.job_id, 1)
    assert by_run(queue)["a"].priority == 0
