"""What the worker asks of a place where jobs run, and what a kind of cluster declares of its places."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from esr_core.records import JobInfo, RunStatus
from esr_core.run_store import RunStore

PATIENCE_S = 10.0  # from SIGTERM to SIGKILL


@dataclass(frozen=True, slots=True)
class Started:
    """What a job's process is found by afterwards."""

    pid: int | None = None
    process_started: float | None = None  # with the pid it identifies the process
    submission: str | None = None  # its id on a cluster


class Place(Protocol):
    """Somewhere that trains runs; the worker asks it about their jobs.

    Raises:
        JobError: from every method, if the place cannot do what is asked.
    """

    title: str  # as sentences have it: "this machine"

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


@dataclass(frozen=True, slots=True)
class Resources:
    """What a worker gives to jobs."""

    slots: Mapping[str, int]  # jobs at once on each device of this machine, by name; see ``machine_slots``
    job_cpus: int = 1  # cores of a cluster for each job


@dataclass(frozen=True, slots=True)
class ClusterKind:
    """One kind of places on other machines, each reached by an address: its name is ``backend:address``."""

    backend: str  # as the command line names it
    title: str  # of a place in sentences, with ``{address}`` in it
    address: str  # what an address is: "the dashboard of a Ray cluster, as http://127.0.0.1:8265"
    variable: str  # of the environment, naming the address where no option does
    open: Callable[[RunStore, str, Resources], Place]  # the place at an address, which is not asked anything yet
    require: Callable[[str], object]  # raises ClusterError if nothing answers at an address, ConfigError if it is none


def training_arguments(store: RunStore, run_id: str) -> list[str]:
    """The command line of a job's process, by which it is found again."""
    return ["train", "--queued", run_id, "--runs", str(store.root.resolve())]
