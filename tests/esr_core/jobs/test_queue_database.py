"""Queues that earlier versions have written: readable as they are, changed by who writes, and meaning the same."""

import os
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from esr_core.errors import JobError
from esr_core.jobs import JobQueue, queue_database
from esr_core.records import HERE, OPEN_JOBS

ADDRESS = "http://127.0.0.1:8265"
BEFORE_CLUSTERS = """
CREATE TABLE jobs (
    job_id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, state TEXT NOT NULL, priority INTEGER NOT NULL,
    device TEXT NOT NULL, submitted REAL NOT NULL, slot TEXT, started REAL, ended REAL, stop_asked REAL, pid INTEGER,
    process_started REAL, message TEXT NOT NULL DEFAULT '', place REAL NOT NULL
);
CREATE INDEX by_state ON jobs (state);
CREATE UNIQUE INDEX one_at_a_time ON jobs (run_id) WHERE state IN ('queued', 'starting', 'running', 'stopping');
CREATE TABLE submissions (token TEXT PRIMARY KEY, submitted REAL NOT NULL);
CREATE TABLE pause (reason TEXT NOT NULL);
"""
BEFORE_PLACES = """
ALTER TABLE jobs ADD COLUMN cluster TEXT;
ALTER TABLE jobs ADD COLUMN submission TEXT;
"""


def write(queue: JobQueue, schema: str, rows: list[dict[str, object]]) -> None:
    with closing(sqlite3.connect(queue.path)) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(schema)
        for position, row in enumerate(rows, start=1):
            values = {"priority": 0, "device": "cpu", "submitted": 1.0, "place": float(position)} | row
            names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
            database.execute(f"INSERT INTO jobs ({names}) VALUES ({marks})", values)  # noqa: S608 - constants


@pytest.fixture
def queue(tmp_path) -> JobQueue:
    return JobQueue(tmp_path)


def test_before_places_had_names(queue):
    rows = [
        {"run_id": "second", "state": "queued", "place": 7.0},
        {"run_id": "first", "state": "queued", "place": -1.0},
        {"run_id": "sent", "state": "queued", "cluster": ADDRESS},
        {"run_id": "there", "state": "running", "cluster": ADDRESS, "slot": "cuda", "submission": "s"},
        {"run_id": "here", "state": "running", "slot": "cpu", "pid": 5},
        {"run_id": "over", "state": "finished", "slot": "cpu"},
    ]
    write(queue, BEFORE_CLUSTERS + BEFORE_PLACES, rows)
    places = {
        "first": None,  # a worker chose for those that waited and named no cluster
        "second": None,
        "sent": f"ray:{ADDRESS}",
        "there": f"ray:{ADDRESS}",
        "here": HERE,  # and what had a slot without a cluster was on this machine
        "over": HERE,
    }
    read = queue.jobs()
    assert {job.run_id: job.place for job in read} == places
    assert [job.run_id for job in read if job.state == "queued"] == ["first", "sent", "second"]
    assert queue.job_of("there").where == f"cuda of {ADDRESS}"
    queue.submit({"new": "cpu"})  # writing changes the table
    assert [job for job in queue.jobs() if job.run_id != "new"] == read
    assert queue.job_of("new").place == HERE
    assert [job.run_id for job in queue.jobs() if job.state == "queued"] == ["first", "sent", "second", "new"]


def test_before_there_were_clusters(queue):
    rows = [{"run_id": "waits", "state": "queued"}, {"run_id": "runs", "state": "running", "slot": "cpu", "pid": 5}]
    write(queue, BEFORE_CLUSTERS, rows)
    read = queue.jobs()
    assert [(job.run_id, job.place, job.submission) for job in read] == [("runs", HERE, None), ("waits", None, None)]
    queue.ask_to_stop(queue.job_of("waits").job_id)
    assert [job.run_id for job in queue.jobs() if job.state in OPEN_JOBS] == ["runs"]
    assert queue.job_of("runs") == read[0]


@pytest.mark.parametrize("may_write", [True, False])
def test_reading_changes_nothing(queue, monkeypatch, may_write):
    monkeypatch.setattr("esr_core.jobs.queue_database.os.access", lambda path, mode: may_write)
    write(queue, BEFORE_CLUSTERS + BEFORE_PLACES, [{"run_id": "a", "state": "queued"}])
    before = queue.path.read_bytes()
    assert queue.job_of("a").place is None
    assert queue.path.read_bytes() == before
    assert list(queue.path.parent.iterdir()) == [queue.path], "no file is left beside it"


def test_who_may_not_write_reads_what_another_has_written_just_now(queue, monkeypatch):
    monkeypatch.setattr("esr_core.jobs.queue_database.os.access", lambda path, mode: False)
    write(queue, BEFORE_CLUSTERS + BEFORE_PLACES, [{"run_id": "a", "state": "queued"}])
    with closing(sqlite3.connect(queue.path)) as other:
        other.execute("UPDATE jobs SET state = 'cancelled'")
        other.commit()  # in the log, not yet in the database
        assert queue.job_of("a").state == "cancelled"


def test_in_a_folder_that_may_not_be_written_reading_makes_no_file_even_for_a_moment(queue, monkeypatch):
    write(queue, BEFORE_CLUSTERS + BEFORE_PLACES, [{"run_id": "a", "state": "queued"}])
    monkeypatch.setattr("esr_core.jobs.queue_database.os.access", lambda path, mode: path == queue.path)
    os.utime(queue.path.parent, (1000.0, 1000.0))
    assert queue.job_of("a").state == "queued"
    assert queue.path.parent.stat().st_mtime == 1000.0


def test_who_may_only_read_a_queue_is_told_so(queue, monkeypatch):
    write(queue, BEFORE_CLUSTERS + BEFORE_PLACES, [])
    connect = sqlite3.connect
    address = f"{queue.path.as_uri()}?mode=ro"
    monkeypatch.setattr(sqlite3, "connect", lambda *_, **settings: connect(address, uri=True, **settings))
    with pytest.raises(JobError, match=r"queue.sqlite3 cannot be changed: this user may only read it$"):
        queue.pause("for lunch")


def test_a_queue_of_a_later_version_is_left_alone_with_a_sentence(queue):
    queue.submit({"a": "cpu"})
    with closing(sqlite3.connect(queue.path)) as database:
        assert database.execute("PRAGMA user_version").fetchone()[0] == queue_database.VERSION
        database.execute("PRAGMA user_version = 7")
    before = queue.path.read_bytes()
    for use in (queue.jobs, queue.pause_reason, lambda: queue.pause("for lunch"), lambda: queue.submit({"b": "cpu"})):
        with pytest.raises(JobError, match=r"is of a later version of ESR Lab: expected schema 1, found 7$"):
            use()
    assert queue.path.read_bytes() == before


def test_an_older_queue_gets_the_version_when_it_is_changed(queue):
    write(queue, BEFORE_CLUSTERS + BEFORE_PLACES, [{"run_id": "a", "state": "queued"}])
    queue.pause("for lunch")
    with closing(sqlite3.connect(queue.path)) as database:
        assert database.execute("PRAGMA user_version").fetchone()[0] == queue_database.VERSION


def test_a_full_disk_is_called_that_and_no_input_output_error(tmp_path, monkeypatch):
    def no_room(*_args, **_settings):
        raise sqlite3.OperationalError("disk I/O error")  # as where the file of shared memory cannot grow

    queue = JobQueue(tmp_path)
    queue.submit({"a": "cpu"})
    monkeypatch.setattr(sqlite3, "connect", no_room)
    with pytest.raises(JobError, match="cannot be used now: disk I/O error"):
        queue.jobs()
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=4096))
    with pytest.raises(JobError, match="cannot be used now: the disk is full"):
        queue.jobs()
