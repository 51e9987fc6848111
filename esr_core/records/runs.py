"""Records of runs: their states, validation points and progress."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields
from operator import itemgetter
from typing import Any, Literal, Self

from esr_core.config import TrainingConfig
from esr_core.records.networks import ParameterCount
from esr_core.records.notes import RunNotes
from esr_core.records.results import Value

RunState = Literal["queued", "running", "finished", "cancelled", "failed", "interrupted", "damaged"]
"""``interrupted``: the process is gone without a last word. ``damaged``: the folder cannot be read as a run."""

SHIPPED = "gallery-"
"""What the folders of runs that come with the project begin with."""

FINAL_STATES: frozenset[RunState] = frozenset({"finished", "cancelled", "failed", "interrupted", "damaged"})
RESUMABLE_STATES: frozenset[RunState] = frozenset({"cancelled", "failed", "interrupted"})


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One validation point of one run; a line of epochs.jsonl. Tuples hold one value per existing branch."""

    branch: int  # branch being trained, counted from 1; 0 = all of them (interleaved)
    epoch: int  # epochs done for this branch; 0 = before any update
    training_loss: tuple[float | None, ...]  # mean since the last point; None = this branch was not trained
    loss: tuple[float, ...]  # on the validation part: cross-entropy, or the task affect's root-mean-square error
    accuracy: tuple[float, ...]  # on the validation part, in [0, 1]
    ensemble_accuracy: float  # plurality vote
    mean_probability_accuracy: float
    learning_rate: float  # of the newest branch
    images_seen: int  # training pictures so far, over all branches
    seconds: float  # training time so far, without validation
    training_accuracy: tuple[float | None, ...] = ()  # on augmented pictures since the last point, like training_loss
    shared_learning_rate: float | None = None  # None = frozen
    trained_branch_learning_rate: float | None = None  # None = frozen, or there is none yet
    images_per_second: float | None = None  # since the last point; None before any update
    affect_rmse: tuple[float, float] | None = None  # valence and arousal of the branches' mean; the task affect alone
    device_memory_bytes: int | None = None  # peak of a CUDA card so far; None elsewhere
    diversity: Mapping[str, float | None] | None = None  # validation part, as ``diversity.overview``; None = one branch

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Read back what ``to_dict`` wrote, or an older version of it did.

        Raises:
            KeyError: if a field without a default is missing.
        """
        try:
            present = _every_field(values)
        except KeyError:
            return cls(**_of_older_version(values))
        in_order: list[Any] = [tuple(value) if isinstance(value, list) else value for value in present]
        return cls(*in_order)


@dataclass(frozen=True, slots=True, order=True)
class Milestone:
    """A moment of training whose weights are kept."""

    branch: int  # branch being trained, counted from 1; 0 = all together (interleaved)
    epoch: int  # epochs done of that branch
    checkpoint: str  # name to load it by


def is_better(record: EpochRecord, best: EpochRecord | None) -> bool:
    """Whether a validation point beats the best one so far.

    The plurality vote decides, then the lower mean loss of the branches: on few pictures many points share an accuracy.
    Where valence and arousal are learned, the ensemble's error in both together decides.
    """
    return best is None or _merit(record) > _merit(best)


def merit(
    ensemble_accuracy: float, loss: Sequence[float], affect_rmse: Sequence[float] | None = None
) -> tuple[float, ...]:
    """What ``is_better`` compares, larger being better, of the fields of an :class:`EpochRecord`."""
    if affect_rmse is not None:
        return (-sum(error**2 for error in affect_rmse),)
    return ensemble_accuracy, -sum(loss) / len(loss)


def _merit(record: EpochRecord) -> tuple[float, ...]:
    return merit(record.ensemble_accuracy, record.loss, record.affect_rmse)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training has come."""

    branch: int  # counted from 1
    num_branches: int
    epoch: int  # epochs done of this branch
    num_epochs: int  # of this branch
    epochs_done: int  # over all branches
    epochs_total: int
    images_per_second: float | None = None  # lately, without validation; None before the first step
    seconds_left: float | None = None  # with validation
    images_done: int | None = None  # training pictures over all branches; None in older runs
    images_total: int | None = None
    validated: float | None = None  # share of the validation point that is underway, in [0, 1]; None while it learns

    @property
    def share(self) -> float:
        """Pictures done of all pictures, in [0, 1]; in older runs epochs of all epochs."""
        if self.images_done is not None and self.images_total:
            return self.images_done / self.images_total
        return self.epochs_done / self.epochs_total if self.epochs_total else 0.0


@dataclass(frozen=True, slots=True)
class RunStatus:
    """What status.json says, with the state as it is now, not as it was last written."""

    state: RunState
    updated: float  # seconds since the epoch, the writer's last sign of life
    pid: int | None = None
    process_started: float | None = None  # with the pid it identifies the process; see ``process_start``
    host: str = ""  # where that process runs
    run_id: str = ""  # that it writes; a folder of another name is a copy or was renamed. Empty in older runs
    inode: int | None = None  # of the folder that it writes, which a copy does not have; None in older runs
    created: float | None = None  # seconds since the epoch; None in older runs
    progress: Progress | None = None
    message: str = ""  # why it failed or is damaged; one sentence
    results: Mapping[str, Value] = field(default_factory=dict)  # on the test part, by the keys of ``RESULTS``

    @property
    def test_accuracy(self) -> float | None:
        """Of the plurality vote on the test part, in [0, 1]; None before the end."""
        accuracy = self.results.get("accuracy")
        return accuracy if isinstance(accuracy, float) else None


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One line of the list of runs."""

    run_id: str
    status: RunStatus
    config: TrainingConfig | None  # None where the folder is damaged
    created: float | None  # seconds since the epoch
    parameters: ParameterCount | None
    best: EpochRecord | None  # the best ensemble of the last phase reached, None before its first epoch
    notes: RunNotes = field(default_factory=RunNotes)

    @property
    def is_shipped(self) -> bool:
        """Whether it came with the project; its folder says so, for it must be known of a damaged one too."""
        return self.run_id.startswith(SHIPPED)

    @property
    def is_over(self) -> bool:
        """Whether nothing writes to it, and nothing is about to."""
        return self.status.state in FINAL_STATES

    @property
    def is_resumable(self) -> bool:
        """Whether it ended before its training did."""
        return self.status.state in RESUMABLE_STATES

    @property
    def unusable(self) -> str:
        """Why it cannot be asked about faces, a sentence; empty where it can, once it is trained."""
        return self.status.message if self.config is None else without_branches(self.run_id, self.config)

    @property
    def title(self) -> str:
        """Label and id: "TE-4 (20261123-1412-lab-te-7f3a)"."""
        return self.label if self.config is None else f"{self.label} ({self.run_id})"

    @property
    def label(self) -> str:
        """Short readable name: the one it was given, else what it is."""
        return self.notes.name or self.kind

    @property
    def kind(self) -> str:
        """What it is, in a few words: "ESR-4 level 3 frozen", "TE-4", "single network"."""
        if self.config is None:
            return self.run_id
        network = self.config.network
        if network.num_branches == 0:
            return f"shared layers, level {network.branching_level}"
        if network.num_branches == 1:
            return "single network"
        if network.branching_level == 0:
            return f"TE-{network.num_branches}"
        return f"ESR-{network.num_branches} level {network.branching_level} {self.config.strategy}"


def without_branches(run_id: str, config: TrainingConfig) -> str:
    """That a run has shared layers alone and what they are for, a sentence; empty where it has branches."""
    if config.network.num_branches:
        return ""
    return f"run {run_id} has shared layers alone: a training that goes on from them by --start adds branches"


_every_field = itemgetter(*(field.name for field in fields(EpochRecord)))
"""What a line of this version has, in order; there may be a hundred thousand lines."""


def _of_older_version(values: dict[str, Any]) -> dict[str, Any]:
    """A record's fields, those left out that have a default; raises KeyError if one without is missing."""
    values = _with_diversity(values)
    names = [field.name for field in fields(EpochRecord) if field.name in values or field.default is MISSING]
    return {name: tuple(values[name]) if isinstance(values[name], list) else values[name] for name in names}


def _with_diversity(values: dict[str, Any]) -> dict[str, Any]:
    """A record as it is written now: the first version had two measures of diversity, as fields of their own."""
    old = {name: values[name] for name in ("label_disagreement", "oracle_disagreement") if name in values}
    return values | {"diversity": old if None not in old.values() else None} if old else values
