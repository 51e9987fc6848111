"""Training the runs of a sweep one after another; what is finished is skipped, what was interrupted goes on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from esr_core.config import TrainingConfig
from esr_core.errors import EsrError, RunError, RunNotFoundError
from esr_core.run_store import RunStore
from esr_core.trainer.training_run import OnProgress, train_run


@dataclass(frozen=True, slots=True)
class SweepOutcome:
    """What became of one run of a sweep."""

    run_id: str
    state: str  # "skipped" where it was finished or under way already, else the run's state
    test_accuracy: float | None  # plurality vote, in [0, 1]
    message: str = ""  # why it failed or was skipped


def train_sweep(
    store: RunStore, configs: Mapping[str, TrainingConfig], on_progress: OnProgress | None = None
) -> Iterator[SweepOutcome]:
    """Train every run, in order; one that fails does not keep the others from being trained.

    Args:
        store: where the runs are.
        configs: by run id, as ``Sweep.expand`` gives them.
        on_progress: as for ``train_run``.

    Yields:
        What became of each run, when it is over.

    Raises:
        RunError: before anything is trained, if a run of that name was made with other settings.
    """
    for run_id, config in configs.items():
        _require_same_settings(store, run_id, config)
    for run_id, config in configs.items():
        outcome = _outcome(store, run_id, config, on_progress)
        yield outcome
        if outcome.state == "cancelled":  # who stops one run of a sweep wants the sweep to stop
            return


def _require_same_settings(store: RunStore, run_id: str, config: TrainingConfig) -> None:
    try:
        stored = store.config(run_id)
    except RunNotFoundError:
        return
    same = {"device": config.device}
    if not config.network.branching_level:  # nothing is shared: one run stands for every strategy
        same["strategy"] = config.strategy
    if not stored.replace(**same).is_alike(config):
        raise RunError(
            f"run {run_id} exists with other settings or data; give the sweep another group, or delete the run"
        )


def _outcome(store: RunStore, run_id: str, config: TrainingConfig, on_progress: OnProgress | None) -> SweepOutcome:
    try:
        status = store.info(run_id).status
    except RunNotFoundError:
        store.create(config, run_id=run_id)
    else:
        if status.state in ("finished", "running"):
            return SweepOutcome(run_id, "skipped", status.test_accuracy, f"it is {status.state}")
    try:
        status = train_run(store, run_id, on_progress).status
    except EsrError as error:
        return SweepOutcome(run_id, "failed", None, str(error))
    return SweepOutcome(run_id, status.state, status.test_accuracy)
