"""What jobs take, against real processes, and against a stand-in for NVIDIA's library."""

import subprocess
import sys
import time
from types import SimpleNamespace

import psutil
import pytest

from esr_core.jobs.usage import UsageMeter, card_use
from esr_core.records import JobInfo

PARENT = """
import subprocess, sys
held = bytes(range(256)) * 400_000
child = subprocess.Popen([sys.executable, "-c", "held = bytes(range(256)) * 200_000\\nwhile True: pass"])
print("ready", flush=True)
sys.stdin.read()
child.kill()
"""
GB = 1_000_000_000


@pytest.fixture
def process():
    """A process that holds 100 MB and sleeps, and its child, which holds 50 MB and computes."""
    leader = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert leader.stdout.readline() == b"ready\n"
    yield psutil.Process(leader.pid)
    leader.communicate()


def job_of(process, **changes) -> JobInfo:
    known = {"job_id": 7, "run_id": "r", "state": "running", "priority": 0, "device": "auto", "submitted": 0.0}
    known |= {"pid": process.pid, "process_started": process.create_time(), "slot": "cpu"}
    return JobInfo(**known | changes)


def cpu_s(process) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in (process, *process.children()))


def test_cores_and_memory_are_those_of_the_process_and_its_children(process):
    now = [0.0]
    meter = UsageMeter(clock=lambda: now[0])
    before = cpu_s(process)
    first = meter.read([job_of(process)])[7]
    read = cpu_s(process)
    assert first.cpu_cores is None, "cores in use are a difference between two readings"
    while (after := cpu_s(process)) - read < 0.3:
        time.sleep(0.05)
    now[0] = 2.0
    second = meter.read([job_of(process)])[7]
    assert (after - read) / 2 <= second.cpu_cores <= (cpu_s(process) - before) / 2
    child = process.children()[0]
    while (child_bytes := child.memory_info().rss) < 50_000_000:
        time.sleep(0.05)
    assert meter.read([job_of(process)])[7].memory_bytes >= 100_000_000 + child_bytes
    assert (second.gpu_share, second.gpu_memory_bytes) == (None, None)


def test_two_sessions_that_ask_at_once_are_told_the_same(process):
    now = [0.0]
    meter = UsageMeter(clock=lambda: now[0])
    meter.read([job_of(process)])
    now[0] = 2.0
    cores = meter.read([job_of(process)])[7].cpu_cores
    now[0] = 2.1
    assert meter.read([job_of(process)])[7].cpu_cores == cores is not None


@pytest.mark.parametrize(
    "changes", [{"state": "queued"}, {"state": "finished"}, {"process_started": 1.0}, {"pid": None}]
)
def test_a_job_without_a_process_of_its_own_takes_nothing(process, changes):
    assert UsageMeter().read([job_of(process, **changes)]) == {}


class NVMLError(Exception):
    """As the library has it."""


@pytest.fixture
def cards(monkeypatch):
    """A machine with two cards: process 11 on the first, 12 on both, 99 somebody else's."""

    def using(index):
        held = [{11: 2 * GB, 99: 5 * GB, 12: GB}, {12: 3 * GB}][index]
        return [SimpleNamespace(pid=pid, usedGpuMemory=memory) for pid, memory in held.items()]

    library = SimpleNamespace(
        NVMLError=NVMLError,
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetCount=lambda: 2,
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetComputeRunningProcesses=using,
        nvmlDeviceGetUtilizationRates=lambda index: SimpleNamespace(gpu=[25, 75][index]),
    )
    monkeypatch.setitem(sys.modules, "pynvml", library)
    return library


def test_a_job_on_a_card_takes_what_its_processes_hold_there(cards):
    assert card_use({11}) == (0.25, 2 * GB)
    assert card_use({11, 12}) == (0.75, 6 * GB)
    assert card_use({1}) == (None, None)


def test_what_the_driver_does_not_say_is_not_known(cards, process, monkeypatch):
    def refuse(*_):
        raise NVMLError

    cards.nvmlDeviceGetComputeRunningProcesses = lambda index: [SimpleNamespace(pid=process.pid, usedGpuMemory=None)]
    (use,) = UsageMeter().read([job_of(process, slot="cuda:0")]).values()
    assert (use.gpu_share, use.gpu_memory_bytes) == (0.75, None)
    cards.nvmlDeviceGetUtilizationRates = refuse
    assert card_use({process.pid}) == (None, None)
    cards.nvmlInit = refuse
    assert card_use({process.pid}) == (None, None)
    monkeypatch.setitem(sys.modules, "pynvml", None)  # not installed
    assert card_use({process.pid}) == (None, None)
