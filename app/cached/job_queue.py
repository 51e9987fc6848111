"""The queue as it is now, and what a new training would cost: read anew each time, for states must be true."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.cached.prepared_sets import prepared_set
from app.cached.stored_runs import parameters, store
from esr_core.config import TrainingConfig
from esr_core.jobs import JobQueue, estimate_seconds, pictures_per_branch
from esr_core.records import JobInfo, ParameterCount


@dataclass(frozen=True, slots=True)
class Forecast:
    """What trainings would cost, and which of them there are already."""

    parameters: tuple[ParameterCount, ...]  # of each
    seconds: float | None  # of all, one after another; None where nothing comparable has finished
    existing: tuple[str, ...]  # ids of runs with equal settings


def queue() -> JobQueue:
    """The queue beside the runs this app shows."""
    return JobQueue(store().root)


def jobs() -> Sequence[JobInfo]:
    """Those with a slot, those that wait, those that are over; none where nothing was ever launched."""
    return queue().jobs() if queue().path.exists() else []


def pause_reason() -> str | None:
    """Why nothing is started; None where the queue is not paused."""
    return queue().pause_reason() if queue().path.exists() else None


def forecast(configs: Sequence[TrainingConfig], set_name: str) -> Forecast:
    """What these trainings on a prepared set would cost.

    Raises:
        DataError: if the set cannot be divided as they ask.
    """
    opened = prepared_set(set_name)
    seconds = [estimate_seconds(store(), config, pictures_per_branch(config, opened)) for config in configs]
    known = [each for each in seconds if each is not None]
    counts = tuple(parameters(config.network) for config in configs)
    alike = {_settings(config) for config in configs}
    existing = tuple(run.run_id for run in store().list() if run.config and _settings(run.config) in alike)
    return Forecast(counts, sum(known) if known and len(known) == len(seconds) else None, existing)


def _settings(config: TrainingConfig) -> str:
    """Everything that changes what is learned."""
    return config.replace(group="", device="auto").to_json()
