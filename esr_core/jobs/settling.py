"""What became of jobs that have a slot, as their processes and their runs say: never from a file being there."""

import errno
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict

from esr_core.errors import RunError, RunNotFoundError
from esr_core.jobs.places import PATIENCE_S, Place
from esr_core.jobs.queue import JobQueue
from esr_core.records import JobInfo, RunStatus
from esr_core.run_store import RunStore
from esr_core.timestamps import unstamped

NO_SPACE = os.strerror(errno.ENOSPC)


class Settlement:
    """Brings the queue up to what is true of its jobs.

    Args:
        store: the runs.
        queue: of their jobs.
        clock: seconds that only go on, whatever the system's clock is set to.
    """

    def __init__(self, store: RunStore, queue: JobQueue, clock: Callable[[], float] = time.monotonic) -> None:
        self.store = store
        self.queue = queue
        self._clock = clock
        self._stopping_since: dict[int, float] = {}  # when each job that is to stop was first seen so

    def settle(self, job: JobInfo, place: Place) -> None:
        """Bring a job that has a slot up to what its process and its run say."""
        if not job.was_started and (started := place.find(job)) is not None:
            self.queue.note(job.job_id, **asdict(started))  # a worker was killed just after it had started it
            return
        with suppress(RunError):  # it was deleted, or cannot be written: its job is settled all the same
            place.collect_log(job)
        if place.is_alive(job):
            self._advance(job, place)
        else:
            self._end(job, place)

    def fail(self, job: JobInfo, message: str) -> None:
        """A job that cannot go on, and with it its run: one that seemed to wait could be neither resumed nor deleted.

        Args:
            job: that has no process.
            message: one sentence.
        """
        with suppress(RunError):  # it was deleted, or cannot be written: its job is over all the same
            self.store.writer(job.run_id).fail(message)
        self.queue.set_state(job.job_id, "failed", message)

    def _advance(self, job: JobInfo, place: Place) -> None:
        """A job whose process lives."""
        if job.state == "starting" and place.has_taken(job, self._status(job)):
            self.queue.set_state(job.job_id, "running")
        if job.state == "stopping":
            if self._is_overdue(job):
                place.end_at_once(job)
            else:
                place.ask_to_end(job)

    def _end(self, job: JobInfo, place: Place) -> None:
        """A job whose process is gone."""
        status = self._status(job)
        if status.state in ("finished", "cancelled"):
            self.queue.set_state(job.job_id, status.state)
        elif status.state in ("failed", "damaged"):
            self.queue.set_state(job.job_id, "failed", status.message)
            if NO_SPACE in status.message:
                self.queue.pause(f"the disk is full: {status.message}")
        elif status.state != "interrupted" and place.has_succeeded(job):
            return  # shared storage shows what another machine wrote a little later
        elif job.state == "stopping":
            self._cancel(job)
        elif status.state == "queued":
            self._end_before_it_began(job, place)
        elif status.state == "interrupted":
            message = ": ".join(filter(None, ["its process is gone", place.why_gone(job)]))
            self.queue.set_state(job.job_id, "interrupted", message)

    def _end_before_it_began(self, job: JobInfo, place: Place) -> None:
        """A job whose process never took its run, or was never started because a worker was killed just before."""
        if not job.was_started:
            self.queue.set_state(job.job_id, "queued")
            return
        last_words = [place.why_gone(job), *self._last_line(job)]
        message = ": ".join(["its process ended before it began", *filter(None, last_words)])
        self.fail(job, message)

    def _cancel(self, job: JobInfo) -> None:
        """A job that was to stop and has no process any more."""
        with suppress(RunError):  # it was deleted, or cannot be written
            self.store.writer(job.run_id).cancel()
        killed = f"it had not ended after {PATIENCE_S:.0f} s and was killed"
        self.queue.set_state(job.job_id, "cancelled", killed if self._is_overdue(job) else "")

    def _is_overdue(self, job: JobInfo) -> bool:
        """Whether a job that is to stop has had its time; where a new worker sees it first, it begins anew."""
        now = self._clock()
        return now - self._stopping_since.setdefault(job.job_id, now) > PATIENCE_S

    def _last_line(self, job: JobInfo) -> Sequence[str]:
        try:
            return [unstamped(line) for line in self.store.log_tail(job.run_id, 1)]
        except RunError:
            return []

    def _status(self, job: JobInfo) -> RunStatus:
        try:
            return self.store.info(job.run_id).status
        except RunNotFoundError:
            told = f"there is no run {job.run_id!r} any more: its folder was deleted under its job"
            return RunStatus(state="damaged", updated=0.0, message=told)
        except RunError as error:
            return RunStatus(state="damaged", updated=0.0, message=str(error))
