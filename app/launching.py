"""Clicks that start and stop processes. The browser names prepared sets and runs, never a path or a command."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from app import cached, session, settings
from app.permissions import permitted, refusal
from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedCard
from esr_core.errors import ConfigError, EsrError, JobError
from esr_core.jobs import ensure_worker, launch, launch_demonstration, prepare_demonstration, requeue, stop
from esr_core.presets import configure
from esr_core.sweeps import Sweep, number_list


@permitted
def train(choice: Mapping[str, Any], token: str) -> None:
    """Launch what the form says; a token that was spent by an earlier click launches nothing."""
    if not session.spend_launch_token(token):
        return
    with _told():
        launch(cached.store(), training_configs(choice, cached.prepared()), click=token, cluster=settings.ray_address())


@permitted
def train_demonstration(token: str) -> None:
    """Launch the demonstration run and pick it."""
    if not session.spend_launch_token(token):
        return
    with _told():
        run_id = launch_demonstration(cached.store(), settings.prepared_root(), settings.ray_address())
        session.set_picked_runs([run_id])


def draw_faces() -> None:
    """Draw the built-in faces that the demonstration run learns from.

    Raises:
        DataError: if they cannot be written, or another process is drawing them.
        JobError: if this user may not change anything.
    """
    if reason := refusal():
        raise JobError(reason)
    prepare_demonstration(settings.prepared_root())


@permitted
def stop_runs(run_ids: Sequence[str]) -> None:
    """End runs in good order; those that wait are cancelled."""
    for run_id in run_ids:
        with _told():
            stop(cached.store(), run_id)


@permitted
def resume_runs(run_ids: Sequence[str]) -> None:
    """Let runs that ended early wait for a slot again."""
    for run_id in run_ids:
        with _told():
            requeue(cached.store(), run_id, cluster=settings.ray_address())


@permitted
def delete_runs(run_ids: Sequence[str]) -> None:
    """Remove runs that are over, and their jobs from the history."""
    for run_id in run_ids:
        with _told():
            cached.store().delete(run_id)
            for job in cached.jobs():
                if job.run_id == run_id:
                    cached.queue().forget(job.job_id)


@permitted
def start_first(run_ids: Sequence[str]) -> None:
    """Let waiting runs start before the others, in their order."""
    waiting = [job for job in cached.jobs() if job.run_id in run_ids and job.state == "queued"]
    for job in reversed(waiting):
        with _told():
            cached.queue().move_to_front(job.job_id)


@permitted
def pause() -> None:
    """Start no further job."""
    with _told():
        cached.queue().pause("paused by hand")


@permitted
def go_on() -> None:
    """End a pause."""
    with _told():
        cached.queue().go_on()
        ensure_worker(cached.store())


def see_to_the_queue() -> None:
    """Start a worker where something waits and none is at work."""
    with _told():
        ensure_worker(cached.store())


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong is said once, in the sidebar."""
    try:
        yield
    except EsrError as error:
        session.set_problem(str(error))


def training_configs(choice: Mapping[str, Any], sets: Mapping[str, PreparedCard]) -> list[TrainingConfig]:
    """The configurations of the form's choices: one for each combination of level, strategy, fold and seed.

    Raises:
        ConfigError: if a value is impossible, nothing is chosen or the set is not one of those listed.
    """
    if choice["data"] not in sets:
        raise ConfigError(f"data must be one of {', '.join(sets)}, got {choice['data']!r}")
    for field in ("levels", "strategies"):
        if not choice[field]:
            raise ConfigError(f"{field}: choose at least one")
    settings_of = dict(choice["settings"])
    if choice["preset"] is None:
        settings_of["validate_every_epochs"] = max(1, settings_of["epochs_first_branch"] // 20)
    folder = str(settings.prepared_root().resolve() / choice["data"])
    first = {"network.branching_level": choice["levels"][0]}
    base = configure(folder, sets[choice["data"]].class_names, settings_of | first, choice["preset"])
    folds, seeds = (_numbers(choice[field], field) for field in ("folds", "seeds"))
    configs = list(Sweep(choice["levels"], choice["strategies"], folds, seeds).expand(base).values())
    return configs if len(configs) > 1 else [configs[0].replace(group="")]


def _numbers(text: str, field: str) -> tuple[int, ...]:
    try:
        return number_list(text)
    except ConfigError as error:
        raise ConfigError(f"{field}: {error}") from None
