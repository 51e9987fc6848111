"""Training what a plan lacks in this process, one run after another."""

from collections.abc import Iterator

from esr_core.reproduction.planning import Request, plan_runs
from esr_core.run_store import RunStore
from esr_core.trainer import SweepOutcome, train_sweep
from esr_core.trainer.training_run import OnProgress


def train_left(request: Request, store: RunStore, on_progress: OnProgress | None = None) -> Iterator[SweepOutcome]:
    """Train every run that is left; what goes on from another one follows when that has finished.

    Args:
        request: on sets that have what it needs.
        store: where the runs are.
        on_progress: as for ``train_run``.

    Yields:
        What became of each run, when it is over; after one that was cancelled nothing more is trained.

    Raises:
        RunError: if the run to go on from has not finished.
    """
    tried: set[str] = set()
    while left := [each for each in plan_runs(request, store, store.list()) if each.is_left]:
        configs = {each.run_id: each.stored_config for each in left if each.run_id not in tried}
        if not configs:
            return
        tried |= configs.keys()
        for outcome in train_sweep(store, configs, on_progress):
            yield outcome
            if outcome.state == "cancelled":
                return
