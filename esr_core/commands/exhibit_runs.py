"""The runs that tables and figures of the paper lack: trained here, by jobs, or left to the queue."""

from collections.abc import Iterable

from tqdm import tqdm

from esr_core.commands.sweep import describe_outcome
from esr_core.commands.training_bar import training_bar
from esr_core.config import TrainingConfig
from esr_core.jobs import Worker, launch, machine_slots, only_worker, requeue
from esr_core.reproduction import PlannedRun, Request, plan_runs, train_left, training_key
from esr_core.run_store import RunStore

IDLE_S = 2.0  # after which a worker of --jobs looks whether what waited for others can begin


def train_here(request: Request, store: RunStore, num_left: int) -> int:
    """Train what is left in this process; how many runs failed."""
    failed = 0
    with training_bar(f"{num_left} runs") as show:
        for number, outcome in enumerate(train_left(request, store, show), start=1):
            failed += outcome.state == "failed"
            tqdm.write(f"{number}/{num_left} {describe_outcome(outcome)}")  # above the bar
    return failed


def train_by_jobs(request: Request, store: RunStore, slots: int) -> None:
    """Queue what is left and work on the queue until all of it is over, also what waited for others.

    Raises:
        JobError: if another worker is at work there.
    """
    with only_worker(store):  # before anything is queued, which would start one
        worker, tried = Worker(store, machine_slots(cpu=slots)), set[TrainingConfig]()
        while left := _left(request, store):
            fresh = [each for settings, each in left.items() if settings not in tried]
            if not fresh:
                return
            tried |= left.keys()
            queue_left(fresh, store)
            worker.serve(until_idle_s=IDLE_S)


def _left(request: Request, store: RunStore) -> dict[TrainingConfig, PlannedRun]:
    """What can be trained now, by what it learns."""
    return {training_key(each.config): each for each in plan_runs(request, store, store.list()) if each.is_left}


def queue_left(planned: Iterable[PlannedRun], store: RunStore) -> int:
    """Let what is left wait for a slot; how many runs those are."""
    left = [each for each in planned if each.is_left]
    for each in left:
        if each.run is not None:
            requeue(store, each.run_id)
    launch(store, [each.config for each in left if each.run is None])
    return len(left)
