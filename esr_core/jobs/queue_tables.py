"""The tables of the queue, and what is read from and written to them within one transaction."""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from esr_core.errors import DamagedQueueError, JobError
from esr_core.jobs.slots import slot_for
from esr_core.records import ACTIVE_JOBS, OPEN_JOBS, JobInfo

LOCKED_AFTER_S = 5.0
SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    job_id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, state TEXT NOT NULL, priority INTEGER NOT NULL,
    device TEXT NOT NULL, submitted REAL NOT NULL, slot TEXT, started REAL, ended REAL, stop_asked REAL, pid INTEGER,
    process_started REAL, message TEXT NOT NULL DEFAULT '', place REAL NOT NULL, cluster TEXT, submission TEXT
);
CREATE INDEX IF NOT EXISTS by_state ON jobs (state);
CREATE UNIQUE INDEX IF NOT EXISTS one_at_a_time ON jobs (run_id)
    WHERE state IN ('queued', 'starting', 'running', 'stopping');
CREATE TABLE IF NOT EXISTS submissions (token TEXT PRIMARY KEY, submitted REAL NOT NULL);
CREATE TABLE IF NOT EXISTS pause (reason TEXT NOT NULL);
"""
ADDED = ("cluster", "submission")  # columns that older databases do not have
FIELDS = tuple(JobInfo.__dataclass_fields__)
WAITING_ORDER = "priority DESC, place, job_id"


@contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """The database within one transaction, which an exception takes back; made where there is none.

    Raises:
        JobError: if it stays locked, or cannot be written.
        DamagedQueueError: if it is torn, or no database.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=LOCKED_AFTER_S, isolation_level=None)) as database:
            _make_ready(database)
            database.execute("PRAGMA synchronous = NORMAL")  # a power cut may take the last words, never the whole
            database.execute("BEGIN IMMEDIATE")
            with database:  # commits, or takes back
                _add_columns(database)
                yield database
    except sqlite3.OperationalError as error:
        raise JobError(f"the queue {path} cannot be used now: {error}") from None
    except sqlite3.DatabaseError as error:
        raise DamagedQueueError(f"the queue {path} is damaged: {error}") from None
    except OSError as error:
        raise JobError(f"the queue {path} cannot be written: {error.strerror}") from None


def _make_ready(database: sqlite3.Connection) -> None:
    """Readers do not wait for a writer, nor the other way round."""
    _use_wal(database)
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'pause'").fetchone():
        database.executescript(SCHEMA)


def _use_wal(database: sqlite3.Connection) -> None:
    """Wait for others who use the new database too: SQLite's own timeout does not hold for a change of this mode."""
    give_up = time.monotonic() + LOCKED_AFTER_S
    while database.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            kind = error.sqlite_errorcode & 0xFF  # the rest says why it is busy
            if kind != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def _add_columns(database: sqlite3.Connection) -> None:
    """Bring an older database up to date, within the transaction: another process may be about to do the same."""
    there = {row[1] for row in database.execute("PRAGMA table_info(jobs)")}
    for name in ADDED:
        if name not in there:
            database.execute(f"ALTER TABLE jobs ADD COLUMN {name} TEXT")


def next_that_fits(jobs: Sequence[JobInfo], slots: Mapping[str, int]) -> tuple[JobInfo, str] | tuple[None, None]:
    """The first waiting job for which a slot is free, and that slot."""
    free = dict(slots)
    for job in jobs:
        if job.state in ACTIVE_JOBS and job.slot in free:
            free[job.slot] -= 1
    fitting = ((job, slot_for(job.device, free)) for job in jobs if job.state == "queued")
    return next(((job, slot) for job, slot in fitting if slot is not None), (None, None))


def spend(database: sqlite3.Connection, token: str, now: float) -> bool:
    """Use a token up; False where it was used before."""
    return database.execute("INSERT OR IGNORE INTO submissions VALUES (?, ?)", (token, now)).rowcount == 1


def all_jobs(database: sqlite3.Connection) -> list[JobInfo]:
    """Those with a slot, then those that wait in the order they will start, then the others, the latest first."""
    rows = database.execute(f"SELECT {', '.join(FIELDS)} FROM jobs ORDER BY {WAITING_ORDER}")  # noqa: S608 - constants
    jobs = [JobInfo(*row) for row in rows]
    over = [job for job in jobs if job.state not in OPEN_JOBS]
    return [
        *sorted((job for job in jobs if job.state in ACTIVE_JOBS), key=lambda job: job.started or 0),
        *(job for job in jobs if job.state == "queued"),
        *sorted(over, key=lambda job: job.ended or 0, reverse=True),
    ]


def insert(
    database: sqlite3.Connection, runs: Mapping[str, str], priority: int, cluster: str | None, now: float
) -> None:
    """Add waiting jobs behind all others, in order: device by run id."""
    last = database.execute("SELECT COALESCE(MAX(place), 0) FROM jobs").fetchone()[0]
    rows = [(run, priority, device, now, last + 1 + k, cluster) for k, (run, device) in enumerate(runs.items())]
    columns = "(run_id, state, priority, device, submitted, place, cluster)"
    database.executemany(f"INSERT INTO jobs {columns} VALUES (?, 'queued', ?, ?, ?, ?, ?)", rows)  # noqa: S608


def one_job(database: sqlite3.Connection, job_id: int) -> JobInfo:
    """One job; raises JobError if there is none of that number."""
    row = database.execute(f"SELECT {', '.join(FIELDS)} FROM jobs WHERE job_id = ?", (job_id,)).fetchone()  # noqa: S608
    if row is None:
        raise JobError(f"there is no job {job_id}")
    return JobInfo(*row)


def require_waiting(database: sqlite3.Connection, job_id: int) -> None:
    """Raise JobError if a job waits no more, or there is none of that number."""
    job = one_job(database, job_id)
    if job.state != "queued":
        raise JobError(f"job {job_id} of run {job.run_id} waits no more: it is {job.state}")


def update(database: sqlite3.Connection, job_id: int, **values: Any) -> None:  # noqa: ANN401 - columns
    """Change columns of a job; raises JobError if there is none of that number."""
    columns = ", ".join(f"{name} = ?" for name in values)
    if not database.execute(f"UPDATE jobs SET {columns} WHERE job_id = ?", (*values.values(), job_id)).rowcount:  # noqa: S608
        raise JobError(f"there is no job {job_id}")


def pause_reason(database: sqlite3.Connection) -> str | None:
    """Why nothing is started; None where the queue is not paused."""
    row = database.execute("SELECT reason FROM pause").fetchone()
    return row[0] if row else None
