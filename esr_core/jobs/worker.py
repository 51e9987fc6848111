"""The worker: starts jobs that wait when a slot is free, ends those that are to stop, and settles what became of them.

What a job is, is decided from its process (number and start time) and from what its run says, never from a file being
there. The worker may be killed at any moment: trainings go on, and the next worker finds them by their processes.
"""

import errno
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import astuple

from esr_core.errors import JobError, RunError
from esr_core.jobs.only_worker import only_worker
from esr_core.jobs.places import ThisMachine
from esr_core.jobs.queue import JobQueue
from esr_core.jobs.recovery import adopt_runs, mend
from esr_core.jobs.slots import slot_for
from esr_core.records import ACTIVE_JOBS, OPEN_JOBS, JobInfo, RunStatus
from esr_core.run_store import RunStore

LOOK_EVERY_S = 0.5
ADOPT_EVERY_S = 30.0
PATIENCE_S = 10.0  # from SIGTERM to SIGKILL
MIN_FREE_BYTES = 256 * 2**20  # a checkpoint, a training's state and some room
NO_SPACE = os.strerror(errno.ENOSPC)


class Worker:
    """The only worker of a folder of runs.

    Args:
        store: the runs.
        slots: how many jobs each device may hold at once, by name; see ``machine_slots``.
    """

    def __init__(self, store: RunStore, slots: Mapping[str, int]) -> None:
        self.store = store
        self.place = ThisMachine(store, slots)
        self.queue = JobQueue(store.root)
        self._adopted = -ADOPT_EVERY_S  # when runs without a job were looked for

    def run(self, until_idle_s: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Work until killed, or until nothing has waited or run for so long.

        Raises:
            JobError: if another worker is at work here, or the queue can be neither used nor mended.
        """
        with only_worker(self.store):
            if told := mend(self.queue, self.store, self.place):
                print(told, flush=True)  # noqa: T201 - into the worker's log
            busy = clock()
            while until_idle_s is None or clock() - busy < until_idle_s:
                if self.look():
                    busy = clock()
                time.sleep(LOOK_EVERY_S)

    def look(self) -> bool:
        """Settle, stop and start once; whether anything waits or runs."""
        self.place.refresh()
        if time.monotonic() - self._adopted > ADOPT_EVERY_S:
            adopt_runs(self.queue, self.store, self.place)
            self._adopted = time.monotonic()
        for job in self.queue.jobs():
            if job.state in ACTIVE_JOBS:
                self._settle(job)
            elif job.state == "queued" and slot_for(job.device, self.place.slots()) is None:
                self.queue.set_state(job.job_id, "failed", f"{self.place.name} has no slot for device {job.device}")
        self._pause_on_a_full_disk()
        while (claimed := self.queue.claim(self.place.slots())) is not None:
            self._start(claimed)
        return any(job.state in OPEN_JOBS for job in self.queue.jobs())

    def _start(self, job: JobInfo) -> None:
        try:
            started = self.place.start(job)
        except (JobError, RunError) as error:
            self.queue.set_state(job.job_id, "failed", str(error))
            return
        self.queue.set_process(job.job_id, *astuple(started))

    def _settle(self, job: JobInfo) -> None:
        """Bring a job that has a slot up to what its process and its run say."""
        if job.pid is None and (started := self.place.find(job)) is not None:
            self.queue.set_process(job.job_id, *astuple(started))  # a worker was killed just after it had started it
        elif self.place.is_alive(job):
            self._advance(job)
        else:
            self._end(job)

    def _advance(self, job: JobInfo) -> None:
        """A job whose process lives."""
        if job.state == "starting" and self.place.has_taken(job, self._status(job)):
            self.queue.set_state(job.job_id, "running")
        if job.state == "stopping":
            if _is_overdue(job):
                self.place.end_at_once(job)
            else:
                self.place.ask_to_end(job)

    def _end(self, job: JobInfo) -> None:
        """A job whose process is gone."""
        status = self._status(job)
        if status.state == "queued":
            self._end_before_it_began(job)
        elif status.state in ("finished", "cancelled"):
            self.queue.set_state(job.job_id, status.state)
        elif status.state in ("failed", "damaged"):
            self.queue.set_state(job.job_id, "failed", status.message)
            if NO_SPACE in status.message:
                self.queue.pause(f"the disk is full: {status.message}")
        elif job.state == "stopping":
            self._cancel(job)
        else:
            self.queue.set_state(job.job_id, "interrupted", "its process is gone")

    def _end_before_it_began(self, job: JobInfo) -> None:
        """A job whose process never took its run, or was never started because a worker was killed just before."""
        if job.state == "stopping":
            self._cancel(job)
        elif job.pid is None:
            self.queue.set_state(job.job_id, "queued")
        else:
            last_words = self.store.log_tail(job.run_id, 1)
            message = ": ".join(["its process ended before it began", *last_words])
            self.store.writer(job.run_id).fail(message)
            self.queue.set_state(job.job_id, "failed", message)

    def _cancel(self, job: JobInfo) -> None:
        """A job that was to stop and has no process any more."""
        self.store.writer(job.run_id).cancel()
        killed = f"it had not ended after {PATIENCE_S:.0f} s and was killed"
        self.queue.set_state(job.job_id, "cancelled", killed if _is_overdue(job) else "")

    def _status(self, job: JobInfo) -> RunStatus:
        try:
            return self.store.info(job.run_id).status
        except RunError as error:
            return RunStatus(state="damaged", updated=0.0, message=str(error))

    def _pause_on_a_full_disk(self) -> None:
        free = shutil.disk_usage(self.store.root).free
        if free < MIN_FREE_BYTES and self.queue.pause_reason() is None:
            self.queue.pause(f"the disk of {self.store.root} is full: {free / 2**20:.0f} MB are left")


def _is_overdue(job: JobInfo) -> bool:
    """Whether a job that is to stop has had its time."""
    return job.stop_asked is not None and time.time() - job.stop_asked > PATIENCE_S
