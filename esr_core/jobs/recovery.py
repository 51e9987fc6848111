"""Making the queue true again: from the runs, where its database is damaged, or where a run has no job."""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import psutil

from esr_core.errors import ClusterError, DamagedQueueError, RunError
from esr_core.jobs.places import Place
from esr_core.jobs.queue import JobQueue
from esr_core.jobs.slots import slot_for
from esr_core.records import OPEN_JOBS, RunStatus
from esr_core.run_store import RunStore
from esr_core.run_store.status import read_status

ORPHAN_AFTER_S = 60.0  # a run that is queued for so long and has no job lost it


def mend(queue: JobQueue, store: RunStore, places: Mapping[str, Place]) -> str | None:
    """Put a damaged database aside and make the queue anew from the runs; a sound one stays as it is.

    Waiting runs wait again, in the order they were made, and running ones keep their process; priorities and the
    history are lost.

    Returns:
        A sentence about what was done; None where nothing was.
    """
    try:
        queue.check()
    except DamagedQueueError as error:
        aside = queue.path.with_name(f"queue.damaged-{time.strftime('%Y%m%d-%H%M%S')}.sqlite3")
        queue.path.replace(aside)
        for rest in ("-wal", "-shm"):
            Path(f"{queue.path}{rest}").unlink(missing_ok=True)
        adopt_runs(queue, store, places, orphan_after_s=0.0)
        return f"{error}; it is kept as {aside.name}, and the queue was made anew from the runs"
    return None


def adopt_runs(
    queue: JobQueue, store: RunStore, places: Mapping[str, Place], orphan_after_s: float = ORPHAN_AFTER_S
) -> None:
    """Give every run that waits or is trained for the queue a job, where it has none: the oldest first.

    A run that waits though its job is over is cancelled: whoever stopped it was killed before it could say so.

    Args:
        queue: to put them into.
        store: the runs.
        places: where their processes may be, by name; the first in which one is found has it, for this machine may be
            a node of a cluster.
        orphan_after_s: how long a run waits before it counts as one that lost its job.
    """
    state_of = {job.run_id: job.state for job in reversed(queue.jobs())}  # of its latest job
    for run_id, status in _statuses(store):
        job_state = state_of.get(run_id)
        if job_state in OPEN_JOBS:
            continue
        if status.state == "running" and job_state is None:
            for name, place in places.items():
                with suppress(ClusterError, RunError):  # asked again the next time; it was deleted meanwhile
                    if _adopt_running(queue, store, run_id, name, place):
                        break
        elif status.state == "queued" and abs(time.time() - status.updated) >= orphan_after_s:  # the clock may be set
            with suppress(RunError):  # its settings cannot be read, or it was deleted meanwhile
                if job_state is not None:
                    store.writer(run_id).cancel()
                else:
                    queue.submit({run_id: store.config(run_id).device}, place=None)  # which it had is lost


def _adopt_running(queue: JobQueue, store: RunStore, run_id: str, name: str, place: Place) -> bool:
    """Take in a run whose process is found at work there; whether it was."""
    started = place.find_run(run_id)
    if started is None:
        return False
    device = store.config(run_id).device
    slot = slot_for(device, dict.fromkeys(place.slots(), 1))
    queue.submit({run_id: device}, place=name)
    job = queue.job_of(run_id)
    if job is None or job.state != "queued":  # it was stopped meanwhile
        return True
    queue.note(job.job_id, state="running", slot=slot, started=_began(started.pid), **asdict(started))
    return True


def _began(pid: int | None) -> float:
    """When a process started, in seconds since the epoch; of one that is gone, or on a cluster, now."""
    with suppress(psutil.NoSuchProcess):
        if pid is not None:
            return psutil.Process(pid).create_time()
    return time.time()


def _statuses(store: RunStore) -> Iterator[tuple[str, RunStatus]]:
    """Every readable run's status, the run longest without a word first."""
    statuses = []
    for path in store.root.iterdir():
        try:
            statuses.append((path.name, read_status(store.folder(path.name))))
        except RunError:
            continue
    yield from sorted(statuses, key=lambda pair: pair[1].updated)
