"""What the processes of jobs take of this machine now: cores and memory, and of an NVIDIA card where that is known."""

import threading
import time
from collections.abc import Callable, Sequence, Set
from contextlib import suppress

import psutil

from esr_core.records import ACTIVE_JOBS, JobInfo, JobUse
from esr_core.run_store import is_alive

SHORTEST_S = 1.0  # between two readings that are compared; several sessions may ask within one


class UsageMeter:
    """Remembers its last reading of each process: cores in use are a difference between two.

    Args:
        clock: seconds that only go on.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._readings: dict[tuple[int, float], tuple[float, float, float | None]] = {}  # when, CPU seconds, cores

    def read(self, jobs: Sequence[JobInfo]) -> dict[int, JobUse]:
        """What jobs with a process on this machine take, by job id; the others are not in it."""
        with self._lock:
            found = {}
            alive = set()
            for job in jobs:
                if job.state in ACTIVE_JOBS and is_alive(job.pid, job.process_started):
                    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):  # it ended meanwhile, or is not ours
                        found[job.job_id] = self._use(job)
                        alive.add((job.pid, job.process_started))
            self._readings = {process: reading for process, reading in self._readings.items() if process in alive}
            return found

    def _use(self, job: JobInfo) -> JobUse:
        leader = psutil.Process(job.pid)
        children = leader.children(recursive=True)
        memory = leader.memory_info().rss
        cpu_s = sum(leader.cpu_times()[:4])  # user, system, and both of children that have ended
        for child in children:
            with suppress(psutil.NoSuchProcess):
                memory += child.memory_info().rss
                cpu_s += sum(child.cpu_times()[:4])
        card: tuple[float | None, int | None] = (None, None)
        if (job.slot or "").startswith("cuda"):
            card = card_use({leader.pid, *(child.pid for child in children)})
        return JobUse(self._cores((leader.pid, job.process_started or 0.0), cpu_s), memory, *card)

    def _cores(self, process: tuple[int, float], cpu_s: float) -> float | None:
        """Cores in use since the reading before; None at the first one."""
        now = self._clock()
        when, before_s, cores = self._readings.get(process, (now, cpu_s, None))
        if now - when >= SHORTEST_S:
            cores = max(0.0, cpu_s - before_s) / (now - when)
            when, before_s = now, cpu_s
        self._readings[process] = when, before_s, cores
        return cores


def card_use(pids: Set[int]) -> tuple[float | None, int | None]:
    """How busy the cards are on which these processes compute, and the memory that they hold there.

    Asks NVIDIA's management library, which takes nothing of a card; process numbers are those it sees, so that inside
    a container nothing is known.

    Returns:
        Share of the time that the busiest of the cards computes, for whomever, in [0, 1], and bytes; None for what
        is not known, as without a driver or without the package nvidia-ml-py.
    """
    try:
        import pynvml
    except ImportError:
        return None, None
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:  # no driver
        return None, None
    shares: list[float] = []
    memory: list[int] = []
    with suppress(pynvml.NVMLError):  # older cards answer some questions only
        for index in range(pynvml.nvmlDeviceGetCount()):
            card = pynvml.nvmlDeviceGetHandleByIndex(index)
            ours = [each for each in pynvml.nvmlDeviceGetComputeRunningProcesses(card) if each.pid in pids]
            if ours:
                memory += [each.usedGpuMemory for each in ours if each.usedGpuMemory is not None]
                shares.append(pynvml.nvmlDeviceGetUtilizationRates(card).gpu / 100)
    pynvml.nvmlShutdown()
    return max(shares, default=None), sum(memory) if memory else None
