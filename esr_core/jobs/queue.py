"""The jobs that wait, run and have run: an SQLite database beside the runs, which every process may open.

Each call is one transaction, so that nothing is claimed twice and nothing half-written is seen; who is killed within
one leaves the database as it was before. What only reads opens the database read-only and takes no lock that a writer
waits for; where there is no database yet, it creates none. What a job *is* now is settled by the worker, from
processes; the queue only stores what the worker and clicks have written.
"""

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from esr_core.errors import DamagedQueueError, JobError
from esr_core.folders import PathLike
from esr_core.jobs.queue_database import has_tables, reading, transaction
from esr_core.jobs.queue_tables import (
    all_jobs,
    insert,
    latest_job,
    next_that_fits,
    one_job,
    pause_reason,
    require_waiting,
    spend,
    update,
)
from esr_core.records import HERE, OPEN_JOBS, JobInfo, JobState

FILE = "queue.sqlite3"
GIVEN_WITH_A_SLOT = ("slot", "started", "pid", "process_started", "submission")
Answer = TypeVar("Answer")


class JobQueue:
    """The queue beside the runs below ``root``.

    Raises:
        JobError: from every method, with the reason, if the database stays locked, is damaged or cannot be written.
    """

    def __init__(self, root: PathLike) -> None:
        self.path = Path(root) / FILE

    def spend(self, token: str) -> bool:
        """Use up the token of one click; False where it was used before, however many processes try."""
        with transaction(self.path) as database:
            return spend(database, token, time.time())

    def submit(self, runs: Mapping[str, str], priority: int = 0, place: str | None = HERE) -> None:
        """Let runs wait for a slot, in order, all of them or none.

        Args:
            runs: device by run id.
            priority: higher first.
            place: name of the place to run at; None leaves it to the worker.

        Raises:
            JobError: if one of the runs is waiting or running already.
        """
        with transaction(self.path) as database:
            under_way = {job.run_id for job in all_jobs(database) if job.state in OPEN_JOBS}
            if taken := [run for run in runs if run in under_way]:
                raise JobError(f"run {', '.join(taken)} is waiting or running already")
            insert(database, runs, priority, place, now=time.time())

    def jobs(self) -> Sequence[JobInfo]:
        """Those with a slot, then those that wait in the order they will start, then the others, the latest first."""
        return self._read(all_jobs, [])

    def job_of(self, run_id: str) -> JobInfo | None:
        """The job of a run that waits or runs, else its latest; None where it never had one."""
        return self._read(lambda database: latest_job(database, run_id), None)

    def claim(self, slots: Mapping[str, int], place: str = HERE) -> JobInfo | None:
        """Give the next job that fits a free slot that slot; it is ``starting`` from then on.

        Args:
            slots: how many jobs each may hold at once, by name.
            place: name of the place that has these slots.

        Returns:
            The job; None where the queue is paused, nothing waits, or nothing that waits fits.
        """
        with transaction(self.path) as database:
            if pause_reason(database) is not None:
                return None
            jobs = [job for job in all_jobs(database) if job.place == place]
            job, slot = next_that_fits(jobs, slots)
            if job is None:
                return None
            update(database, job.job_id, state="starting", slot=slot, started=time.time(), message="")
            return one_job(database, job.job_id)

    def check(self) -> None:
        """Raise DamagedQueueError if the database is not whole."""
        report = self._read(lambda database: database.execute("PRAGMA quick_check").fetchone()[0], "ok")
        if report != "ok":
            raise DamagedQueueError(f"the queue {self.path} is damaged: {report}")

    def note(self, job_id: int, **known: str | float | None) -> None:
        """Remember of a job what its fields of those names are: its process, its place, a message."""
        with transaction(self.path) as database:
            update(database, job_id, **known)

    def tell(self, job_id: int, message: str) -> None:
        """Note why nothing is known of a job now; one that is over keeps its own words."""
        with transaction(self.path) as database:
            if any(job.job_id == job_id and job.state in OPEN_JOBS for job in all_jobs(database)):
                update(database, job_id, message=message)

    def set_state(self, job_id: int, state: JobState, message: str = "") -> None:
        """Note what became of a job; one that ended gives its slot back, one that is to stop only ends."""
        ended = None if state in OPEN_JOBS else time.time()
        with transaction(self.path) as database:
            if state not in OPEN_JOBS or one_job(database, job_id).state != "stopping":
                update(database, job_id, state=state, message=message, ended=ended)
                if state == "queued":
                    update(database, job_id, **dict.fromkeys(GIVEN_WITH_A_SLOT))

    def ask_to_stop(self, job_id: int) -> JobInfo:
        """A waiting job is cancelled; one with a slot is ``stopping``, and the worker ends its process.

        Raises:
            JobError: if it is over already.
        """
        with transaction(self.path) as database:
            job = one_job(database, job_id)
            if job.state == "queued":
                update(database, job_id, state="cancelled", ended=time.time())
            elif job.state in ("starting", "running"):
                update(database, job_id, state="stopping")
            elif job.state != "stopping":
                raise JobError(f"job {job_id} of run {job.run_id} cannot be stopped: it is {job.state}")
            return one_job(database, job_id)

    def set_priority(self, job_id: int, priority: int) -> None:
        """Let a waiting job start sooner (higher) or later (lower) than others; raises JobError if it waits no more."""
        with transaction(self.path) as database:
            require_waiting(database, job_id)
            update(database, job_id, priority=priority)

    def move_to_front(self, job_id: int) -> None:
        """Let a waiting job start before all others of its priority."""
        with transaction(self.path) as database:
            first = database.execute("SELECT COALESCE(MIN(position), 0) FROM jobs").fetchone()[0]
            update(database, job_id, position=first - 1)

    def pause(self, reason: str) -> None:
        """Start no further job until ``go_on``; those that run go on running."""
        with transaction(self.path) as database:
            database.execute("DELETE FROM pause")
            database.execute("INSERT INTO pause VALUES (?)", (reason,))

    def go_on(self) -> None:
        """End a pause."""
        with transaction(self.path) as database:
            database.execute("DELETE FROM pause")

    def pause_reason(self) -> str | None:
        """Why the queue is paused; None where it is not."""
        return self._read(pause_reason, None)

    def forget(self, job_id: int) -> None:
        """Remove a job that is over from the history.

        Raises:
            JobError: if it waits or runs.
        """
        with transaction(self.path) as database:
            job = one_job(database, job_id)
            if job.state in OPEN_JOBS:
                raise JobError(f"job {job_id} of run {job.run_id} is {job.state}; stop it before removing it")
            database.execute("DELETE FROM jobs WHERE job_id = ?", (job_id,))

    def _read(self, question: Callable[[sqlite3.Connection], Answer], empty: Answer) -> Answer:
        """The answer of a question that writes nothing; ``empty`` where there is no database, OSError below a file."""
        with suppress(FileNotFoundError):
            self.path.stat()
            with reading(self.path) as database:
                return question(database) if has_tables(database) else empty  # another process is about to add them
        return empty
