"""Where jobs run, as the worker sees it: what a place holds at once, and what becomes of a job there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import psutil

from esr_core.jobs import processes
from esr_core.records import JobInfo, RunStatus
from esr_core.run_store import RunStore, is_alive

PATIENCE_S = 10.0  # from SIGTERM to SIGKILL


@dataclass(frozen=True, slots=True)
class Started:
    """What a job's process is found by afterwards."""

    pid: int | None = None
    process_started: float | None = None  # with the pid it identifies the process
    submission: str | None = None  # its id on a cluster


class Place(Protocol):
    """Somewhere that trains runs.

    Raises:
        JobError: from every method, if the place cannot do what is asked.
    """

    name: str  # as sentences have it: "this machine"

    def slots(self) -> Mapping[str, int]:
        """How many jobs each device may hold at once, by name."""

    def refresh(self) -> None:
        """Called before every look at the jobs."""

    def start(self, job: JobInfo) -> Started:
        """Train the job's run in a process of its own, which goes on when this one ends."""

    def find(self, job: JobInfo) -> Started | None:
        """What a worker started for the job and was killed before it could note it."""

    def find_run(self, run_id: str) -> Started | None:
        """What trains a run of which the queue knows nothing."""

    def is_alive(self, job: JobInfo) -> bool:
        """Whether a job that was started has a process, or will get one."""

    def has_taken(self, job: JobInfo, status: RunStatus) -> bool:
        """Whether it is this job's process that the run's status tells of."""

    def has_succeeded(self, job: JobInfo) -> bool:
        """Whether a process that is gone is known to have ended well: its run will say so, or does."""

    def why_gone(self, job: JobInfo) -> str:
        """What is known of the end of a process, in a few words; empty where nothing is."""

    def collect_log(self, job: JobInfo) -> None:
        """Bring what the process printed into the run's log, where it does not write there itself."""

    def ask_to_end(self, job: JobInfo) -> None:
        """Let the training store where it stands and end; may be asked again."""

    def end_at_once(self, job: JobInfo) -> None:
        """Kill the process and everything it started."""


class ThisMachine:
    """A place: processes of this machine, found again by their command line.

    Args:
        store: the runs.
        slots: how many jobs each device may hold at once, by name; see ``machine_slots``.
    """

    name = "this machine"

    def __init__(self, store: RunStore, slots: Mapping[str, int]) -> None:
        self._store = store
        self._slots = dict(slots)
        self._children: set[int] = set()  # processes it has started

    def slots(self) -> Mapping[str, int]:
        """As they were given."""
        return self._slots

    def refresh(self) -> None:
        """Take leave of children that have ended."""
        processes.reap(self._children)

    def start(self, job: JobInfo) -> Started:
        """Start a process that leads a session of its own; what it prints goes into the run's log.

        Raises:
            RunError: if the run is gone.
        """
        log = self._store.folder(job.run_id) / "log.txt"
        process = processes.start(training_arguments(self._store, job.run_id), log, _variables(job))
        self._children.add(process.pid)
        return _started(process)

    def find(self, job: JobInfo) -> Started | None:
        """By the command line."""
        return self.find_run(job.run_id)

    def find_run(self, run_id: str) -> Started | None:
        """By the command line."""
        process = processes.find(training_arguments(self._store, run_id))
        return None if process is None else _started(process)

    def is_alive(self, job: JobInfo) -> bool:
        """Whether that very process still runs."""
        return is_alive(job.pid, job.process_started)

    def has_taken(self, job: JobInfo, status: RunStatus) -> bool:
        """Whether the run names that process."""
        return status.pid == job.pid

    def has_succeeded(self, job: JobInfo) -> bool:  # noqa: ARG002
        """Not known of a process that is gone: its run says it, or nobody does."""
        return False

    def why_gone(self, job: JobInfo) -> str:  # noqa: ARG002
        """Not known."""
        return ""

    def collect_log(self, job: JobInfo) -> None:
        """Nothing is to be done: it writes there itself."""

    def ask_to_end(self, job: JobInfo) -> None:
        """SIGTERM."""
        if job.pid is not None:
            processes.ask_to_end(job.pid)

    def end_at_once(self, job: JobInfo) -> None:
        """SIGKILL to the process, its group and its children."""
        if job.pid is not None:
            processes.end_at_once(job.pid)


class Places:
    """All places of a worker: this machine, and clusters by their addresses, first asked when a job is for them.

    Args:
        here: this machine.
        cluster: makes the place at an address.
    """

    def __init__(self, here: Place, cluster: Callable[[str], Place]) -> None:
        self.here = here
        self._make = cluster
        self._clusters: dict[str, Place] = {}

    def at(self, address: str | None) -> Place:
        """The cluster at an address; None is this machine."""
        if address is None:
            return self.here
        if address not in self._clusters:
            self._clusters[address] = self._make(address)
        return self._clusters[address]

    def refresh(self) -> None:
        """Called before every look at the jobs."""
        for place in (self.here, *self._clusters.values()):
            place.refresh()


def training_arguments(store: RunStore, run_id: str) -> list[str]:
    """The command line of a job's process, by which it is found again."""
    return ["train", "--queued", run_id, "--runs", str(store.root.resolve())]


def _started(process: psutil.Process) -> Started:
    return Started(process.pid, process.create_time())


def _variables(job: JobInfo) -> dict[str, str]:
    """A job for any GPU sees the one it was given; one that names its device sees all."""
    kind, _, index = (job.slot or "").partition(":")
    return {"CUDA_VISIBLE_DEVICES": index} if kind == "cuda" and job.device == "auto" else {}
