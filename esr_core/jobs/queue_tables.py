"""The tables of the queue, and what is read from and written to them within one transaction."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from esr_core.errors import JobError
from esr_core.jobs.queue_database import columns
from esr_core.jobs.slots import slot_for
from esr_core.records import ACTIVE_JOBS, OPEN_JOBS, JobInfo


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
    jobs = _select(database, "ORDER BY priority DESC, {position}, job_id")
    over = [job for job in jobs if job.state not in OPEN_JOBS]
    return [
        *sorted((job for job in jobs if job.state in ACTIVE_JOBS), key=lambda job: job.started or 0),
        *(job for job in jobs if job.state == "queued"),
        *sorted(over, key=lambda job: job.ended or 0, reverse=True),
    ]


def latest_job(database: sqlite3.Connection, run_id: str) -> JobInfo | None:
    """The job of a run that was submitted last; None where it has none."""
    return next(iter(_select(database, "WHERE run_id = ? ORDER BY job_id DESC LIMIT 1", run_id)), None)


def insert(database: sqlite3.Connection, runs: Mapping[str, str], priority: int, place: str | None, now: float) -> None:
    """Add waiting jobs behind all others, in order: device by run id."""
    last = database.execute("SELECT COALESCE(MAX(position), 0) FROM jobs").fetchone()[0]
    rows = [(run, priority, device, now, last + 1 + k, place) for k, (run, device) in enumerate(runs.items())]
    columns = "(run_id, state, priority, device, submitted, position, place)"
    database.executemany(f"INSERT INTO jobs {columns} VALUES (?, 'queued', ?, ?, ?, ?, ?)", rows)  # noqa: S608


def one_job(database: sqlite3.Connection, job_id: int) -> JobInfo:
    """One job; raises JobError if there is none of that number."""
    jobs = _select(database, "WHERE job_id = ?", job_id)
    if not jobs:
        raise JobError(f"there is no job {job_id}")
    return jobs[0]


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


def _select(database: sqlite3.Connection, which: str, *values: Any) -> list[JobInfo]:  # noqa: ANN401 - of columns
    """The jobs that the rest of a statement chooses, in its order; ``{position}`` in it is that column."""
    selected = columns(database)
    which = which.format(position=selected.pop("position"))
    rows = database.execute(f"SELECT {', '.join(selected.values())} FROM jobs {which}", values)  # noqa: S608 - constants
    return [JobInfo(*row) for row in rows]
