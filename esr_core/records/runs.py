"""Records of runs: their states and progress."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from esr_core.config import TrainingConfig
from esr_core.records.epochs import EpochRecord
from esr_core.records.networks import ParameterCount
from esr_core.records.notes import RunNotes
from esr_core.records.results import Value

RunState = Literal["queued", "running", "finished", "cancelled", "failed", "interrupted", "damaged"]
"""``interrupted``: the process is gone without a last word. ``damaged``: the folder cannot be read as a run."""

SHIPPED = "gallery-"
"""What the folders of runs that come with the project begin with."""

FINAL_STATES: frozenset[RunState] = frozenset({"finished", "cancelled", "failed", "interrupted", "damaged"})
RESUMABLE_STATES: frozenset[RunState] = frozenset({"cancelled", "failed", "interrupted"})


@dataclass(frozen=True, slots=True, order=True)
class Milestone:
    """A moment of training whose weights are kept."""

    branch: int  # branch being trained, counted from 1; 0 = all together (interleaved)
    epoch: int  # epochs done of that branch
    checkpoint: str  # name to load it by


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
    best: EpochRecord | None  # of the last phase that has trained for an epoch; None before the first
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
