"""From tables and figures to the runs that they are made of, and which of these are stored already."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from esr_core.config import NetworkConfig, StartConfig, TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.emotions import EMOTIONS
from esr_core.errors import RunError
from esr_core.presets import configure
from esr_core.records import RunInfo
from esr_core.reproduction.data_needs import missing_data
from esr_core.reproduction.experiments import EXPERIMENTS, Experiment
from esr_core.reproduction.scales import Scale
from esr_core.run_store import RunStore
from esr_core.trainer import inherited_settings, start_from

MISSING = "missing"
_PREFERRED = ("finished", "running", "queued", "interrupted", "cancelled", "failed")  # of runs with equal settings
_UNKNOWN_SHA256 = "0" * 64  # of an ensemble that is not trained yet


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """Which experiments are to be made, and on what."""

    names: tuple[str, ...]  # of the experiments that are asked for
    scale: Scale
    sets: Mapping[str, PreparedSet]  # by the name of the paper's set that each stands for; none to see what there is
    start: str | None = None  # a stored run to go on from in place of ESR-9
    device: str = "auto"

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """Those that are asked for, each once, and what they go on from before them."""
        names = set(self.names)
        if self.start is None:
            names |= {before for name in self.names if (before := EXPERIMENTS[name].start)}
        return tuple(each for name, each in EXPERIMENTS.items() if name in names)

    @property
    def missing_data(self) -> list[str]:
        """What its experiments need and its sets lack."""
        return missing_data(self.experiments, self.sets)


@dataclass(frozen=True, slots=True, eq=False)
class PlannedRun:
    """One training of the protocol, stored or not."""

    experiment: Experiment
    config: TrainingConfig
    run: RunInfo | None = None  # the stored one with equal settings
    waits_for: str = ""  # title of the experiment that it goes on from, where that has not finished

    @property
    def run_id(self) -> str:
        """Of the stored run, or of the one to be made: the same settings give the same name."""
        if self.run is not None:
            return self.run.run_id
        digest = hashlib.sha256(training_key(self.config).to_json().encode()).hexdigest()[:8]
        trial = f"fold{self.config.protocol.fold}-seed{self.config.seed}"
        return f"{self.config.group}-{self.experiment.name}-{trial}-{digest}"

    @property
    def stored_config(self) -> TrainingConfig:
        """The stored run's configuration, which may differ in what changes nothing; else the planned one."""
        return self.run.config if self.run is not None and self.run.config is not None else self.config

    @property
    def state(self) -> str:
        """The stored run's state, or ``missing``."""
        return MISSING if self.run is None else self.run.status.state

    @property
    def is_left(self) -> bool:
        """Whether it can be trained now and nothing does so or is about to."""
        return not self.waits_for and self.state not in ("finished", "running", "queued")


def plan_runs(request: Request, store: RunStore, runs: Iterable[RunInfo]) -> list[PlannedRun]:
    """Every training that a request needs, once, in the order in which they are best trained.

    Args:
        request: on sets that have what it needs.
        store: of the runs.
        runs: that are stored in it.

    Raises:
        RunError: if the run to go on from has not finished.
    """
    stored = _by_settings(runs)
    planned: dict[str, list[PlannedRun]] = {}
    for experiment in request.experiments:
        start, waits_for = _start(experiment, request, store, planned)
        trials = range(min(experiment.num_trials, request.scale.most_trials))
        configs = [configuration(experiment, request, trial, start) for trial in trials]
        planned[experiment.name] = [
            PlannedRun(experiment, config, stored.get(training_key(config)), waits_for) for config in configs
        ]
    return [each for runs in planned.values() for each in runs]


def configuration(
    experiment: Experiment,
    request: Request,
    trial: int = 0,
    start: tuple[StartConfig, NetworkConfig] | None = None,
) -> TrainingConfig:
    """One trial of an experiment on the set that stands for the paper's, or on none, at the scale that is asked for.

    Args:
        experiment: what is trained.
        request: on which sets, at which scale and on which device.
        trial: its fold or seed, from 0.
        start: the ensemble to go on from, with its network; None where there is none.
    """
    prepared = request.sets.get(experiment.data)
    going_on, inherited = (start[0], inherited_settings(start[1])) if start else (None, {})
    settings = inherited | chosen_settings(experiment, request, trial)
    folder, class_names = (str(prepared.folder), prepared.card.class_names) if prepared else ("", EMOTIONS)
    config = configure(folder, class_names, settings, start=going_on)
    identity = prepared.card.identity if prepared else None
    return config.replace(group=f"paper-{request.scale.name}", data_set=identity)


def chosen_settings(experiment: Experiment, request: Request, trial: int = 0) -> dict[str, Any]:
    """The settings of one trial, by field of a configuration: the paper's, and what scale and set change of them."""
    settings = experiment.all_settings
    chosen = {**settings, **request.scale.change(settings), experiment.trial: trial, "device": request.device}
    prepared = request.sets.get(experiment.data)
    if prepared is not None and not prepared.labels["split"].notna().any():
        chosen["protocol.kind"] = "subject-folds"
    return chosen


def training_key(config: TrainingConfig) -> TrainingConfig:
    """The settings without what changes nothing that is learned: equal for equal trainings, whatever they are called.

    A single network shares with nobody and a traditional ensemble shares nothing, so that neither has a level or a
    strategy; frozen branches have no rate.
    """
    network = config.network
    same: dict[str, Any] = {"group": ""}
    if network.num_branches == 1 and config.start is None:
        same |= {"network": network.replace(branching_level=0), "epochs_later_branch": 1}
    if network.num_branches == 1 or network.branching_level == 0:
        same["strategy"] = "fixed"
    if same.get("strategy", config.strategy) not in ("varied", "custom"):
        same["trained_branch_learning_rate"] = 0.0
    if config.strategy != "custom":
        same["shared_learning_rate"] = 0.0
    return config.comparable().replace(**same)


def counted(planned: Sequence[PlannedRun]) -> dict[str, int]:
    """How many runs are in each state that there is, the furthest first."""
    states = [each.state for each in planned]
    return {state: states.count(state) for state in (*_PREFERRED, MISSING) if state in states}


def _by_settings(runs: Iterable[RunInfo]) -> dict[TrainingConfig, RunInfo]:
    """The furthest run of each setting."""
    usable = [run for run in runs if run.config is not None and run.status.state in _PREFERRED]
    usable.sort(key=lambda run: _PREFERRED.index(run.status.state), reverse=True)
    return {training_key(run.config): run for run in usable if run.config is not None}


def _start(
    experiment: Experiment, request: Request, store: RunStore, planned: Mapping[str, Sequence[PlannedRun]]
) -> tuple[tuple[StartConfig, NetworkConfig] | None, str]:
    """What an experiment goes on from, and what of that must finish first.

    Raises:
        RunError: if the run that was asked for has not finished.
    """
    if experiment.start is None:
        return None, ""
    if request.start is not None:
        state = store.info(request.start).status.state
        if state != "finished":
            raise RunError(f"run {request.start} must be finished to be gone on from, but is {state}")
        return start_from(store, request.start), ""
    before = planned[experiment.start][0]
    if before.state == "finished":
        return start_from(store, before.run_id), ""
    network = before.config.network
    start = StartConfig(run_id=before.run_id, sha256=_UNKNOWN_SHA256, num_branches=network.num_branches)
    return (start, network), before.experiment.title
