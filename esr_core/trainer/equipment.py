"""What every process of a training works with: the data, the network, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from esr_core.config import TrainingConfig
from esr_core.data.location import locate_set
from esr_core.data.prepared import PreparedSet
from esr_core.data.protocols import choose_parts
from esr_core.errors import DataError, RunError
from esr_core.freed_memory import keep_freed_memory
from esr_core.networks import ESR
from esr_core.run_store import RunStore
from esr_core.trainer.curriculum import trained_network
from esr_core.training import ALONE, Course, Team, TrainingData, new_network
from esr_core.training.course import OnMoment, OnProgress


@dataclass(frozen=True, slots=True)
class Equipment:
    """Of one process, before the first step."""

    config: TrainingConfig
    prepared: PreparedSet
    data: TrainingData
    network: ESR
    state: dict[str, Any] | None  # of a training that ended early

    @classmethod
    def of(cls, store: RunStore, run_id: str, team: Team = ALONE) -> "Equipment":
        """Read what a run needs; every process of a team does.

        Raises:
            EsrError: if data, state, the run it goes on from or the device are not what they should be.
        """
        config = store.config(run_id)
        prepared = PreparedSet.open(locate_set(config))
        _require_same_data(prepared, team)
        _require_same_beginning(run_id, store.environment(run_id), prepared, team)
        _require_its_set(run_id, config, prepared)
        parts = choose_parts(prepared.labels, config.protocol, prepared.card.class_names, config.seed)
        device = team.device(config.device)
        if device.type == "cpu":
            keep_freed_memory()
        data = TrainingData.load(config, prepared, parts, device, team.on(device))
        state = store.training_state(run_id)
        is_curriculum = config.start is not None and state is None  # the state has the weights of its moment
        network = trained_network(store, config) if is_curriculum else new_network(config)
        return cls(config, prepared, data, network, state)

    def course(self, on_progress: OnProgress, on_step: OnMoment, on_chunk: OnMoment | None = None) -> Course:
        """The training, where it stands."""
        course = Course(self.config, self.network, self.data, on_progress, on_step, on_chunk)
        if self.state is not None:
            course.load_state_dict(self.state)
        return course


def _require_same_data(prepared: PreparedSet, team: Team) -> None:
    """Raise DataError if this process sees other pictures or labels than the first one."""
    own = prepared.card.fingerprint
    if (expected := team.told(own)) != own:
        raise DataError(f"{prepared.folder} must be the same for all processes, {expected}, got {own} in one of them")


def _require_its_set(run_id: str, config: TrainingConfig, prepared: PreparedSet) -> None:
    """Raise DataError if the set has changed since the run was set up, and the right one is nowhere to be found."""
    if config.data_set is not None and config.data_set.fingerprint != prepared.card.fingerprint:
        raise DataError(
            f"{prepared.folder} must be as run {run_id} was set up for it, {config.data_set.name} with fingerprint "
            f"{config.data_set.fingerprint}, but has {prepared.card.fingerprint} now"
        )


def _require_same_beginning(run_id: str, began: Mapping[str, Any], prepared: PreparedSet, team: Team) -> None:
    """Raise RunError if a run's environment tells of other pictures or labels, or of another number of processes."""
    fingerprint = prepared.card.fingerprint
    if "data_fingerprint" not in began:
        return
    if began["data_fingerprint"] != fingerprint:
        raise RunError(
            f"run {run_id} began on data with fingerprint {began['data_fingerprint']}, but {prepared.folder} has "
            f"{fingerprint} now; prepare it as it was, or train a new run"
        )
    if (count := began.get("processes", 1)) != team.size:
        raise RunError(
            f"run {run_id} must be resumed in as many processes as it began in, {count}, got {team.size}: the number "
            "decides how many pictures a batch has"
        )
