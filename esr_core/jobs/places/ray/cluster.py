"""A place on other machines: the jobs of a Ray cluster, which sees the runs and the data under the same paths.

What a job is called there follows from the job, so that a worker that was killed just after submitting one finds it
again, and submitting it twice is refused by the cluster.
"""

import hashlib
import shlex
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from esr_core.errors import ClusterError, ConfigError, JobError
from esr_core.jobs.places.place import PATIENCE_S, Started, training_arguments
from esr_core.jobs.places.ray.connection import RayConnection
from esr_core.jobs.places.ray.log import add_to_log
from esr_core.jobs.processes import SOURCE_ROOT
from esr_core.records import JobInfo, RunStatus
from esr_core.run_store import RunStore

if TYPE_CHECKING:
    from esr_core.jobs.places.ray.client import RayJob

TITLE = "the Ray cluster at {address}"
LOOK_AGAIN_AFTER_S = 1.0
LOG_EVERY_S = 5.0
RUN, ROOT = "esr_run", "esr_runs"  # of a job's metadata


class RayCluster:
    """A place: a cluster that is running already.

    Args:
        store: the runs, on storage that all nodes see.
        address: of its dashboard, as http://127.0.0.1:8265.
        cpus: cores that each job takes; threads, too.

    Raises:
        ConfigError: if the address or the number of cores is none.
        ClusterError: from every method, if the cluster does not answer; what its jobs do is not known then.
        JobError: if it cannot do what is asked.
    """

    def __init__(self, store: RunStore, address: str, cpus: int = 1) -> None:
        if cpus < 1:
            raise ConfigError(f"cores of each job must be 1 or more, got {cpus}")
        self.title = TITLE.format(address=address)
        self._store, self._cpus = store, cpus
        self._connection = RayConnection(address)
        self._asked_at = -LOOK_AGAIN_AFTER_S
        self._slots: dict[str, int] | None = None  # since then
        self._jobs: dict[str, RayJob] = {}  # since then
        self._log_read: dict[str, float] = {}  # when, by submission

    def slots(self) -> Mapping[str, int]:
        """One job for each GPU, and as many others as nodes have cores for."""
        if not self._slots:
            nodes = self._connection.ask(lambda cluster: cluster.node_resources())
            gpus = sum(int(node.get("GPU", 0)) for node in nodes)
            jobs = sum(int(node.get("CPU", 0)) // self._cpus for node in nodes)
            self._slots = {name: count for name, count in (("cuda", gpus), ("cpu", jobs)) if count}
        if not self._slots:  # nodes may be yet to come
            raise ClusterError(f"{self.title} has no GPU and no node with {self._cpus} CPU cores now")
        return self._slots

    def refresh(self) -> None:
        """Forget answers that are older than a second."""
        if time.monotonic() - self._asked_at > LOOK_AGAIN_AFTER_S:
            self._asked_at = time.monotonic()
            self._slots = None
            self._jobs.clear()

    def start(self, job: JobInfo) -> Started:
        """Submit it, with this program; nodes need the packages it imports, and ``python`` on their path."""
        submission = self._submission(job)
        command = shlex.join(["python", "-m", "esr_core", *training_arguments(self._store, job.run_id)])
        variables = {
            "RAY_JOB_STOP_WAIT_TIME_S": f"{PATIENCE_S:.0f}",
            "PYTHONSAFEPATH": "1",  # a folder esr_core where a node was started is not this program
            "OMP_NUM_THREADS": str(self._cpus),
        }
        program = {"py_modules": [str(SOURCE_ROOT / "esr_core")], "excludes": ["**/__pycache__"]}
        how = {
            "entrypoint_num_cpus": self._cpus,
            "entrypoint_num_gpus": int(job.slot == "cuda"),
            "runtime_env": program | {"env_vars": variables},
            "metadata": {RUN: job.run_id, ROOT: self._root},
        }
        self._connection.ask(lambda cluster: cluster.submit(f"exec {command}", submission, **how))
        return Started(submission=submission)

    def find(self, job: JobInfo) -> Started | None:
        """Finds the job by the id that it has there."""
        submission = self._submission(job)
        return None if self._job(submission) is None else Started(submission=submission)

    def find_run(self, run_id: str) -> Started | None:
        """Finds the run by the metadata of its job there."""
        wanted = {RUN: run_id, ROOT: self._root}
        for job in self._connection.ask(lambda cluster: cluster.jobs()):
            if not job.is_over and wanted.items() <= job.metadata.items():
                return Started(submission=job.submission)
        return None

    def is_alive(self, job: JobInfo) -> bool:
        """Whether Ray lets it wait or run."""
        there = self._job(job.submission)
        return there is not None and not there.is_over

    def has_succeeded(self, job: JobInfo) -> bool:
        """Whether its process ended without an error."""
        there = self._job(job.submission)
        return there is not None and there.status == "SUCCEEDED"

    def why_gone(self, job: JobInfo) -> str:
        """What Ray says, in a line; nothing where nobody had to say anything."""
        there = self._job(job.submission)
        if there is None:
            return "the cluster does not know it any more"
        first_line = there.message.partition("\n")[0] if there.status == "FAILED" else ""
        return first_line.partition(", last available logs")[0]

    def has_taken(self, job: JobInfo, status: RunStatus) -> bool:  # noqa: ARG002 - processes of nodes are not seen
        """Whether the run is being trained: it waited before the job was submitted."""
        return status.state == "running"

    def ask_to_end(self, job: JobInfo) -> None:
        """Let Ray send SIGTERM."""
        if (submission := job.submission) is not None:
            self._connection.ask(lambda cluster: cluster.stop(submission))

    def end_at_once(self, job: JobInfo) -> None:
        """Ray sends SIGKILL when the time is over that the job was submitted with."""
        self.ask_to_end(job)

    def collect_log(self, job: JobInfo) -> None:
        """Fetch it every five seconds while the job runs, and once more when it is over."""
        now, submission = time.monotonic(), job.submission
        if submission is None:
            return
        if self.is_alive(job) and now - self._log_read.get(submission, -LOG_EVERY_S) < LOG_EVERY_S:
            return
        self._log_read[submission] = now
        try:
            printed = self._connection.ask(lambda cluster: cluster.log(submission))
        except ClusterError:
            raise
        except JobError:  # the job waits for a node, or its node is gone, of which Ray's message tells
            return
        add_to_log(self._store.folder(job.run_id), submission, printed)

    @property
    def _root(self) -> str:
        return str(self._store.root.resolve())

    def _submission(self, job: JobInfo) -> str:
        """The same for the same job, another for each time a run waits again, and in each folder of runs."""
        made_of = f"{self._root}/{job.run_id}/{job.submitted!r}"
        return f"{job.run_id}-{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"

    def _job(self, submission: str | None) -> "RayJob | None":
        if submission is None:
            return None
        if submission not in self._jobs:
            there = self._connection.ask(lambda cluster: cluster.job(submission))
            if there is None:  # it may be there in a moment
                return None
            self._jobs[submission] = there
        return self._jobs[submission]
