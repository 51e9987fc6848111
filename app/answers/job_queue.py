"""The queue as it is now, and what a new training would cost: read anew each time, for states must be true."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app.answers.prepared_sets import prepared_set
from app.answers.stored_runs import runs, store
from app.shell import settings
from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.jobs import JobQueue, UsageMeter, place_of_environment
from esr_core.locks import is_locked
from esr_core.networks import parameters_of
from esr_core.records import HERE, JobInfo, JobUse, ParameterCount, RunInfo
from esr_core.run_store import RunStore
from esr_core.trainer import (
    latest_finished,
    pictures_per_branch,
    sweep_multiply_adds,
    training_overlap,
    training_speed,
)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What trainings would cost, and which of them there are already."""

    parameters: tuple[ParameterCount, ...]  # of each
    seconds: float | None  # of all, one after another; None where nothing comparable has finished
    existing: tuple[str, ...]  # ids of runs with equal settings
    warnings: tuple[str, ...]  # of those that would be measured on pictures they learn from, where these are marked


def queue() -> JobQueue:
    """The queue beside the runs this app shows."""
    return JobQueue(store().root)


def place() -> str:
    """Name of the place where what is launched here runs: a cluster that the environment names, else this machine."""
    return place_of_environment(os.environ) or HERE


def jobs() -> Sequence[JobInfo]:
    """Those with a slot, those that wait, those that are over; none where nothing was ever launched."""
    return queue().jobs()


def has_worker() -> bool:
    """Whether a worker is at work on the runs this app shows; also where that cannot be known."""
    return is_locked(store().root) is not False


def job_use(jobs: Sequence[JobInfo]) -> Mapping[int, JobUse]:
    """What jobs take of this machine now, by job id; those without a process here are not in it."""
    return _meter().read(jobs)


def pause_reason() -> str | None:
    """Why nothing is started; None where the queue is not paused."""
    return queue().pause_reason()


def forecast(configs: Sequence[TrainingConfig], set_name: str) -> Forecast:
    """What these trainings on a prepared set would cost.

    Raises:
        DataError: if the set cannot be divided as they ask.
    """
    pictures = pictures_of(configs, set_name)
    work = sweep_multiply_adds(configs, pictures)
    latest = latest_finished(runs(), configs[0].device)  # the form has one device for all
    speed = _speed(settings.runs_root().absolute(), tuple(run.run_id for run in latest), configs[0].device, latest)
    counts = tuple(parameters_of(config.network) for config in configs)
    return Forecast(counts, work / speed if speed else None, _existing(configs), _warnings(configs, set_name))


def pictures_of(configs: Sequence[TrainingConfig], set_name: str) -> list[tuple[int, ...]]:
    """How many pictures of a prepared set each branch of each training learns from.

    Raises:
        DataError: if the set cannot be divided as they ask.
    """
    opened = prepared_set(set_name)
    return [_pictures(config.to_json(), opened.card.fingerprint, opened) for config in configs]


def _warnings(configs: Sequence[TrainingConfig], set_name: str) -> tuple[str, ...]:
    opened = prepared_set(set_name)
    if not opened.card.num_duplicates:  # a set without marks is not read through for a form
        return ()
    warnings = (_warning(config.to_json(), repr(opened.card), opened) for config in configs)
    return tuple(filter(None, warnings))


@st.cache_resource(show_spinner=False)
def _meter() -> UsageMeter:
    """One for all sessions: cores in use are told from what it read before."""
    return UsageMeter()


@st.cache_data(max_entries=512, show_spinner=False)
def _pictures(config: str, fingerprint: str, _opened: PreparedSet) -> tuple[int, ...]:  # noqa: ARG001 - another set
    return pictures_per_branch(TrainingConfig.from_json(config), _opened)


@st.cache_data(max_entries=512, show_spinner=False)
def _warning(config: str, card: str, _opened: PreparedSet) -> str:  # noqa: ARG001 - another set
    return training_overlap(TrainingConfig.from_json(config), _opened).warning


def _existing(configs: Sequence[TrainingConfig]) -> tuple[str, ...]:
    """Ids of the runs that learn the same; most of them differ in what costs nothing to compare."""
    wanted = {_settings(config) for config in configs}
    networks = {(config.seed, config.network) for config in configs}
    alike = (run for run in runs() if run.config and (run.config.seed, run.config.network) in networks)
    return tuple(run.run_id for run in alike if run.config and _settings(run.config) in wanted)


def _settings(config: TrainingConfig) -> str:
    """Everything that changes what is learned."""
    return config.anywhere().replace(group="", device="auto").to_json()


@st.cache_data(max_entries=64, show_spinner=False)
def _speed(root: Path, latest: tuple[str, ...], device: str, _runs: Sequence[RunInfo]) -> float | None:  # noqa: ARG001
    return training_speed(RunStore(root), _runs, device)
