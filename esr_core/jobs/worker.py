"""The worker: starts jobs that wait when a slot is free, ends those that are to stop, and settles what became of them.

The worker may be killed at any moment: trainings go on, and the next worker finds them by their processes.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict

from esr_core.errors import ClusterError, JobError, RunError
from esr_core.jobs.only_worker import ensure_worker, only_worker
from esr_core.jobs.places import Place, Places, Resources
from esr_core.jobs.queue import JobQueue
from esr_core.jobs.recovery import adopt_runs, mend
from esr_core.jobs.settling import Settlement
from esr_core.jobs.slots import slot_for
from esr_core.records import ACTIVE_JOBS, HERE, OPEN_JOBS, JobInfo
from esr_core.run_store import RunStore

LOOK_EVERY_S = 0.5
ADOPT_EVERY_S = 30.0
MIN_FREE_BYTES = 256 * 2**20  # a checkpoint, a training's state and some room


class Worker:
    """The only worker of a folder of runs.

    Args:
        store: the runs.
        slots: how many jobs each device of this machine may hold at once, by name; see ``machine_slots``.
        place: name of the place for jobs that name none.
        job_cpus: cores that each job takes on a cluster.
    """

    def __init__(self, store: RunStore, slots: Mapping[str, int], place: str = HERE, job_cpus: int = 1) -> None:
        self.store = store
        self.place = place
        self.places = Places(store, Resources(slots, job_cpus))
        self.queue = JobQueue(store.root)
        self.settlement = Settlement(store, self.queue)
        self._adopted = -ADOPT_EVERY_S  # when runs without a job were looked for

    def run(self, until_idle_s: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Work until killed, or until nothing has waited or run for so long.

        A job that comes while this worker leaves has met it at work, and so nobody has started another: it does.

        Raises:
            JobError: if another worker is at work here, or the queue can be neither used nor mended.
        """
        with only_worker(self.store):
            self.serve(until_idle_s, clock)
        if any(job.state == "queued" for job in self.queue.jobs()):
            ensure_worker(self.store)

    def serve(self, until_idle_s: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """As ``run``, inside ``only_worker``."""
        if sentence := mend(self.queue, self.store, self._own_places()):
            print(sentence, flush=True)  # noqa: T201 - into the worker's log
        busy = clock()
        while True:
            if self.look():
                busy = clock()
            elif until_idle_s is not None and clock() - busy >= until_idle_s:
                return  # right after a look: a machine that was held up in between has let nothing idle
            time.sleep(LOOK_EVERY_S)

    def look(self) -> bool:
        """Settle, stop and start once; whether anything waits or runs."""
        self.places.refresh()
        if time.monotonic() - self._adopted > ADOPT_EVERY_S:
            adopt_runs(self.queue, self.store, self._own_places())
            self._adopted = time.monotonic()
        for job in self.queue.jobs():
            if job.state in OPEN_JOBS:
                self._see_to(job)
        self._pause_on_a_full_disk()
        jobs = self.queue.jobs()
        for place in {job.place for job in jobs if job.state == "queued" and job.place is not None}:
            with suppress(ClusterError):  # the next look notes it with the jobs
                self._fill(place)
        return any(job.state in OPEN_JOBS for job in jobs)

    def _own_places(self) -> dict[str, Place]:
        """Where jobs of which nothing is known may be: where it sends those that name no place, and here."""
        return {name: self.places.at(name) for name in (self.place, HERE)}

    def _see_to(self, job: JobInfo) -> None:
        """One job that is not over; a message says where its cluster is silent, or its process another user's."""
        message = ""
        try:
            if job.place is None:
                self.queue.note(job.job_id, place=self.place)
            elif job.state in ACTIVE_JOBS:
                self.settlement.settle(job, self.places.at(job.place))
            else:
                self._keep_waiting(job, self.places.at(job.place))
        except JobError as error:
            message = str(error)
        if message != job.message:
            self.queue.tell(job.job_id, message)

    def _keep_waiting(self, job: JobInfo, place: Place) -> None:
        """A job that waits, perhaps for what is not there."""
        if slot_for(job.device, dict.fromkeys(place.slots(), 1)) is None:
            self.settlement.fail(job, f"{place.title} has no slot for device {job.device}")

    def _fill(self, name: str) -> None:
        """Start what fits the free slots of a place."""
        place = self.places.at(name)
        while (claimed := self.queue.claim(place.slots(), name)) is not None:
            self._start(claimed, place)

    def _start(self, job: JobInfo, place: Place) -> None:
        try:
            started = place.start(job)
        except ClusterError:  # it may have arrived all the same: the next look finds it, or lets it wait again
            raise
        except (JobError, RunError) as error:
            self.settlement.fail(job, str(error))
            return
        self.queue.note(job.job_id, **asdict(started))

    def _pause_on_a_full_disk(self) -> None:
        free = shutil.disk_usage(self.store.root).free
        if free < MIN_FREE_BYTES and self.queue.pause_reason() is None:
            self.queue.pause(f"the disk of {self.store.root} is full: {free / 2**20:.0f} MB are left")
