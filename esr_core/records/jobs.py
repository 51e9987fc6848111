"""Records of the queue: jobs, what they are at and what they take."""

from dataclasses import dataclass
from typing import Literal

JobState = Literal["queued", "starting", "running", "stopping", "finished", "cancelled", "failed", "interrupted"]
"""``starting``: it has a slot, its process has not spoken yet. ``stopping``: it was asked to end."""

ACTIVE_JOBS: frozenset[JobState] = frozenset({"starting", "running", "stopping"})
"""A job in one of these states has a slot."""

OPEN_JOBS: frozenset[JobState] = ACTIVE_JOBS | {"queued"}
"""A job in one of these states is not over."""

HERE = "here"
"""Name of the place that this machine is."""


@dataclass(frozen=True, slots=True)
class JobInfo:
    """One job of the queue: a run to be trained, and the process that does it."""

    job_id: int
    run_id: str
    state: JobState
    priority: int  # higher first; equal ones in the order of launching
    device: str  # as the run's configuration names it
    submitted: float  # seconds since the epoch
    slot: str | None = None  # what it runs on: "cpu", "cuda:0", "mps"
    started: float | None = None
    ended: float | None = None
    pid: int | None = None
    process_started: float | None = None  # with the pid it identifies the process; see ``process_start``
    message: str = ""  # why it failed, or why nothing is known of it now; one sentence
    place: str | None = None  # name of the place it is for: "here", "ray:http://..."; None until a worker gives one
    submission: str | None = None  # its id on a cluster, once it is there

    @property
    def where(self) -> str:
        """What it runs on or waits for, and the address of its cluster: "cpu", "cuda of http://127.0.0.1:8265"."""
        device = self.slot or self.device
        return device if self.place in (HERE, None) else f"{device} of {self.place.partition(':')[2]}"

    @property
    def was_started(self) -> bool:
        """Whether it is known to have had a process, or a place on a cluster."""
        return self.pid is not None or self.submission is not None


@dataclass(frozen=True, slots=True)
class JobUse:
    """What a job's processes take of this machine now; None where it is not known."""

    cpu_cores: float | None  # busy on average since the last look
    memory_bytes: int  # resident, of the process and its children
    gpu_share: float | None = None  # of the time that its card computes, in [0, 1]
    gpu_memory_bytes: int | None = None
