"""The worker: starts jobs that wait when a slot is free, ends those that are to stop, and settles what became of them.

What a job is, is decided from its process (number and start time) and from what its run says, never from a file being
there. The worker may be killed at any moment: trainings go on, and the next worker finds them by their processes.
"""

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from esr_core.errors import JobError, RunError
from esr_core.jobs import processes
from esr_core.jobs.queue import JobQueue
from esr_core.jobs.recovery import adopt_runs, mend, training_arguments
from esr_core.jobs.slots import slot_for
from esr_core.locks import take_lock
from esr_core.records import ACTIVE_JOBS, OPEN_JOBS, JobInfo, RunStatus
from esr_core.run_store import RunStore, is_alive

LOOK_EVERY_S = 0.5
ADOPT_EVERY_S = 30.0
PATIENCE_S = 10.0  # from SIGTERM to SIGKILL
MIN_FREE_BYTES = 256 * 2**20  # a checkpoint, a training's state and some room
NO_SPACE = os.strerror(errno.ENOSPC)
STARTED_BEFORE_S = 2.0  # how long a worker tries to become the only one


class Worker:
    """The only worker of a folder of runs.

    Args:
        store: the runs.
        slots: how many jobs each device may hold at once, by name; see ``machine_slots``.
    """

    def __init__(self, store: RunStore, slots: Mapping[str, int]) -> None:
        self.store = store
        self.slots = dict(slots)
        self.queue = JobQueue(store.root)
        self._children: set[int] = set()  # processes it has started
        self._adopted = -ADOPT_EVERY_S  # when runs without a job were looked for

    def run(self, until_idle_s: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Work until killed, or until nothing has waited or run for so long.

        Raises:
            JobError: if another worker is at work here, or the queue can be neither used nor mended.
        """
        with only_worker(self.store):
            if told := mend(self.queue, self.store):
                print(told, flush=True)  # noqa: T201 - into the worker's log
            busy = clock()
            while until_idle_s is None or clock() - busy < until_idle_s:
                if self.look():
                    busy = clock()
                time.sleep(LOOK_EVERY_S)

    def look(self) -> bool:
        """Settle, stop and start once; whether anything waits or runs."""
        processes.reap(self._children)
        if time.monotonic() - self._adopted > ADOPT_EVERY_S:
            adopt_runs(self.queue, self.store)
            self._adopted = time.monotonic()
        for job in self.queue.jobs():
            if job.state in ACTIVE_JOBS:
                self._settle(job)
            elif job.state == "queued" and slot_for(job.device, self.slots) is None:
                self.queue.set_state(job.job_id, "failed", f"this machine has no slot for device {job.device}")
        self._pause_on_a_full_disk()
        while (claimed := self.queue.claim(self.slots)) is not None:
            self._start(claimed)
        return any(job.state in OPEN_JOBS for job in self.queue.jobs())

    def _start(self, job: JobInfo) -> None:
        try:
            log = self.store.folder(job.run_id) / "log.txt"
            process = processes.start(training_arguments(self.store, job.run_id), log, _variables(job))
        except (JobError, RunError) as error:
            self.queue.set_state(job.job_id, "failed", str(error))
            return
        self._children.add(process.pid)
        self.queue.set_process(job.job_id, process.pid, process.create_time())

    def _settle(self, job: JobInfo) -> None:
        """Bring a job that has a slot up to what its process and its run say."""
        if job.pid is None:
            process = processes.find(training_arguments(self.store, job.run_id))
            if process is not None:  # a worker was killed just after it had started it
                self.queue.set_process(job.job_id, process.pid, process.create_time())
                return
        if is_alive(job.pid, job.process_started):
            self._advance(job)
        else:
            self._end(job)

    def _advance(self, job: JobInfo) -> None:
        """A job whose process lives."""
        if job.state == "starting" and self._status(job).pid == job.pid:
            self.queue.set_state(job.job_id, "running")
        if job.state == "stopping" and job.pid is not None:
            if _is_overdue(job):
                processes.end_at_once(job.pid)
            else:
                processes.ask_to_end(job.pid)

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


@contextmanager
def only_worker(store: RunStore) -> Iterator[None]:
    """Inside, no other worker is at work on these runs.

    Raises:
        JobError: if one is.
    """
    store.root.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + STARTED_BEFORE_S
    while (lock := take_lock(store.root)) is None:  # perhaps someone only looks whether there is a worker
        if time.monotonic() > deadline:
            raise JobError(f"another worker is at work on {store.root}")
        time.sleep(0.05)
    try:
        yield
    finally:
        os.close(lock)


def ensure_worker(store: RunStore) -> None:
    """Start a worker in a process of its own, unless there is one; it ends after a minute without work.

    Raises:
        JobError: if it cannot be started.
    """
    store.root.mkdir(parents=True, exist_ok=True)
    lock = take_lock(store.root)
    if lock is None:
        return
    os.close(lock)
    root = str(store.root.resolve())
    processes.start(["jobs", "worker", "--runs", root, "--until-idle", "60"], store.root / ".worker.log")


def _is_overdue(job: JobInfo) -> bool:
    """Whether a job that is to stop has had its time."""
    return job.stop_asked is not None and time.time() - job.stop_asked > PATIENCE_S


def _variables(job: JobInfo) -> dict[str, str]:
    """A job for any GPU sees the one it was given; one that names its device sees all."""
    kind, _, index = (job.slot or "").partition(":")
    return {"CUDA_VISIBLE_DEVICES": index} if kind == "cuda" and job.device == "auto" else {}
