"""The machine of the worker as a place: each job is a process, found again by its command line."""

from collections.abc import Mapping

import psutil

from esr_core.jobs import processes
from esr_core.jobs.places.place import Started, training_arguments
from esr_core.records import JobInfo, RunStatus
from esr_core.run_store import RunStore, is_alive, process_start

TITLE = "this machine"


class ThisMachine:
    """A place: processes of this machine, found again by their command line.

    Args:
        store: the runs.
        slots: how many jobs each device may hold at once, by name; see ``machine_slots``.
    """

    title = TITLE

    def __init__(self, store: RunStore, slots: Mapping[str, int]) -> None:
        self._store = store
        self._slots = dict(slots)
        self._children: set[int] = set()  # processes that this worker has started

    def slots(self) -> Mapping[str, int]:
        """The slots that the worker was started with."""
        return self._slots

    def refresh(self) -> None:
        """Reap child processes that have ended."""
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
        """Finds the job's process by its command line."""
        return self.find_run(job.run_id)

    def find_run(self, run_id: str) -> Started | None:
        """Finds the run's process by its command line."""
        process = processes.find(training_arguments(self._store, run_id))
        return None if process is None else _started(process)

    def is_alive(self, job: JobInfo) -> bool:
        """Whether that very process still trains the run here: a copied queue names processes of the original."""
        return (
            job.pid is not None
            and is_alive(job.pid, job.process_started)
            and processes.has_arguments(job.pid, training_arguments(self._store, job.run_id))
        )

    def has_taken(self, job: JobInfo, status: RunStatus) -> bool:
        """Whether the run names that process."""
        return status.pid == job.pid

    def has_succeeded(self, job: JobInfo) -> bool:  # noqa: ARG002
        """Returns False: how a process ended is known from its run alone."""
        return False

    def why_gone(self, job: JobInfo) -> str:  # noqa: ARG002
        """Returns the empty string: the reason is not known here."""
        return ""

    def collect_log(self, job: JobInfo) -> None:
        """Does nothing: the process writes into the log itself."""

    def ask_to_end(self, job: JobInfo) -> None:
        """Send SIGTERM."""
        if job.pid is not None:
            processes.ask_to_end(job.pid)

    def end_at_once(self, job: JobInfo) -> None:
        """Send SIGKILL to the process, its group and its children."""
        if job.pid is not None:
            processes.end_at_once(job.pid)


def _started(process: psutil.Process) -> Started:
    return Started(process.pid, process_start(process))


def _variables(job: JobInfo) -> dict[str, str]:
    """A job for any GPU sees the one it was given; one that names its device sees all."""
    kind, _, index = (job.slot or "").partition(":")
    return {"CUDA_VISIBLE_DEVICES": index} if kind == "cuda" and job.device == "auto" else {}
