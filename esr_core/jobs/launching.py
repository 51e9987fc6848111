"""Launching and stopping trainings: runs stored and queued, and a worker that sees to them."""

import shutil
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress

from esr_core.config import TrainingConfig
from esr_core.devices import require_compiler, resolve_device
from esr_core.errors import EsrError, JobError, RunNotFoundError
from esr_core.folders import PathLike, absolute
from esr_core.jobs import processes
from esr_core.jobs.only_worker import ensure_worker
from esr_core.jobs.places import require_place
from esr_core.jobs.queue import JobQueue
from esr_core.records import HERE, OPEN_JOBS
from esr_core.run_store import RunStore, is_alive
from esr_core.trainer.demonstration import demonstration_config


def launch(
    store: RunStore,
    configs: Sequence[TrainingConfig],
    priority: int = 0,
    click: str | None = None,
    place: str | None = HERE,
) -> list[str]:
    """Store a run for each configuration and let them wait for a slot, in order.

    Args:
        store: where the runs are.
        configs: what to train.
        priority: higher first.
        click: what names one click: a second submission of it adds nothing.
        place: name of the place to run at, as ``place_name`` gives it; None leaves it to the worker, which runs them
            on this machine unless it was started for a cluster.

    Returns:
        The runs' ids, none where it was used before; whoever asks the store sees how they go on.

    Raises:
        ConfigError: if nothing can be compiled here that is to be, or there is no such place.
        RunError: if a run cannot be stored.
        ClusterError: if the place is a cluster and does not answer within five seconds; nothing is stored then.
        JobError: if the queue cannot be used, or no worker can be started.
    """
    if place is not None:
        require_place(place)
    if place == HERE:
        for config in configs:
            if config.compile:
                require_compiler(resolve_device(config.device))
    queue = JobQueue(store.root)
    if click is not None and not queue.spend(click):
        return []
    devices: dict[str, str] = {}
    try:
        for config in (each.replace(data=str(absolute(each.data))) for each in configs):  # a worker may be elsewhere
            devices[store.create(config).run_id] = config.device
        queue.submit(devices, priority, place)
    except EsrError:  # all or none: what was stored must not be taken for a run that lost its job
        _discard(devices, queue, store)
        raise
    ensure_worker(store)
    return list(devices)


def _discard(run_ids: Iterable[str], queue: JobQueue, store: RunStore) -> None:
    """Remove the runs of a launch that failed; to keep them as cancelled takes room, which a full disk has not.

    One that a worker has given a job meanwhile, because the launch took long, is somebody's training and stays.
    """
    adopted: set[str] = set()
    with suppress(JobError):  # a queue that nobody can use has adopted none
        adopted = {job.run_id for job in queue.jobs()}
    for run_id in run_ids:
        if run_id not in adopted:
            with suppress(RunNotFoundError):  # somebody else has deleted it: why the launch failed is what is said
                shutil.rmtree(store.folder(run_id), ignore_errors=True)


def launch_demonstration(store: RunStore, prepared_root: PathLike, place: str | None = HERE) -> str:
    """Like ``launch``, for a small run on built-in faces; its process draws them first where they are missing."""
    return launch(store, [demonstration_config(prepared_root)], place=place)[0]


def requeue(store: RunStore, run_id: str, place: str | None = HERE) -> None:
    """Let a run that was stopped, failed or interrupted wait again; it goes on from where its state was stored.

    Raises:
        ClusterError: if the place is a cluster and does not answer within five seconds.
        JobError: if it is complete, damaged, or waits or runs already.
    """
    run = store.info(run_id)
    if not run.is_resumable:
        raise JobError(f"run {run_id} cannot be resumed: it is {run.status.state}")
    if place is not None:
        require_place(place)
    JobQueue(store.root).submit({run_id: store.config(run_id).device}, place=place)
    store.writer(run_id).wait()
    ensure_worker(store)


def prioritise(store: RunStore, run_id: str, priority: int) -> None:
    """Let a run that waits start before those of lower priority.

    Raises:
        JobError: if it does not wait.
    """
    queue = JobQueue(store.root)
    job = queue.job_of(run_id)
    if job is None or job.state != "queued":
        raise JobError(f"run {run_id} cannot be given a priority: it does not wait for a slot")
    queue.set_priority(job.job_id, priority)


def stop(store: RunStore, run_id: str) -> None:
    """Let a run that waits not start, and one that runs end: in good order, or after ten seconds at once.

    One that waits though its job is over, because an earlier stop was killed before it could say so, is cancelled.

    Raises:
        JobError: if it neither waits nor runs on this machine.
    """
    queue = JobQueue(store.root)
    job = queue.job_of(run_id)
    if job is not None and job.state in OPEN_JOBS:
        if queue.ask_to_stop(job.job_id).state == "cancelled":
            with suppress(RunNotFoundError):  # its folder was deleted under its job
                store.writer(run_id).cancel()
        ensure_worker(store)
        return
    status = store.info(run_id).status
    if status.state == "queued" and job is not None:
        store.writer(run_id).cancel()
        return
    if status.state == "running" and status.host != socket.gethostname():
        raise JobError(f"run {run_id} cannot be stopped from here: process {status.pid} of {status.host} trains it")
    if status.state != "running" or status.pid is None or not is_alive(status.pid, status.process_started):
        raise JobError(f"run {run_id} cannot be stopped: it is {status.state}")
    processes.ask_to_end(status.pid)
