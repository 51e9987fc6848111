"""Where tensors are computed: the device a name asks for, checked before anything starts, and its memory."""

import os
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

import psutil
import torch

from esr_core.control_groups import memory_left
from esr_core.errors import ConfigError

T = TypeVar("T")
Clock = Callable[[], float]

BFLOAT16_OF_CPUS = ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16")
"""Names that PyTorch gives to x86's and ARM's instructions."""

CPU_COMPILERS = ("clang++",) if sys.platform == "darwin" else ("g++",)
"""What torch.compile calls unless ``CXX`` names another one."""

_setting_threads = Lock()  # how many threads the process computes on is another number for a moment


def resolve_device(name: str) -> torch.device:
    """The device called ``auto``, ``cpu``, ``cuda``, ``cuda:<index>`` or ``mps``.

    ``auto`` takes the first CUDA card, else Apple's MPS, else the CPU.

    Raises:
        ConfigError: if the name is none of these or this machine has no such device.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", 0)
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    if name == "cpu":
        return torch.device("cpu")
    if name == "mps" and torch.backends.mps.is_available():
        return torch.device("mps")
    kind, _, index = name.partition(":")
    if kind == "cuda" and (not index or index.isdecimal()):
        position = int(index or 0)
        if position < torch.cuda.device_count():
            return torch.device("cuda", position)
        raise ConfigError(f"device {name!r} is not on this machine: it has {torch.cuda.device_count()} CUDA cards")
    if name == "mps":
        raise ConfigError("device 'mps' is not on this machine")
    raise ConfigError(f"device must be auto, cpu, cuda, cuda:<index> or mps, got {name!r}")


def available_devices() -> tuple[str, ...]:
    """Names that ``resolve_device`` accepts on this machine, ``auto`` first."""
    cards = tuple(f"cuda:{index}" for index in range(torch.cuda.device_count()))
    return ("auto", *cards, *(("mps",) if torch.backends.mps.is_available() else ()), "cpu")


def require_compiler(device: torch.device) -> None:
    """Check that this machine has the compiler by which ``torch.compile`` builds kernels for a device.

    Raises:
        ConfigError: if neither ``CXX`` (``CC`` for a CUDA card) nor the usual name leads to one.
    """
    variable, usual = ("CC", ("gcc", "clang")) if device.type == "cuda" else ("CXX", CPU_COMPILERS)
    names = (os.environ[variable],) if os.environ.get(variable) else usual
    if device.type in ("cpu", "cuda") and not any(map(shutil.which, names)):
        found = f"found no {' or '.join(names)}"
        raise ConfigError(f"compile must be false on a machine without a compiler: expected one for {device}, {found}")


def memory_for_a_training(name: str) -> int:
    """Bytes that a training on the device called so can have.

    All of a CUDA card, which holds one training at a time; elsewhere what the machine could give a process now, within
    the limit of a container or of a scheduler's job.

    Raises:
        ConfigError: as ``resolve_device``.
    """
    device = resolve_device(name)
    if device.type == "cuda":
        return torch.cuda.get_device_properties(device).total_memory  # its free memory would take some of it to ask for
    available, left = psutil.virtual_memory().available, memory_left()
    return available if left is None else min(available, left)


def computes_bfloat16(device: torch.device) -> bool:
    """Whether a device has instructions for bfloat16 of its own, so that it is not computed by way of float32."""
    if device.type == "cuda":
        return torch.cuda.get_device_capability(device) >= (8, 0)
    return device.type == "cpu" and any(torch.cpu.get_capabilities().get(name) for name in BFLOAT16_OF_CPUS)


def synchronise(device: torch.device) -> None:
    """Wait until a device has done what it was given; a CPU has."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def undisturbed(device: torch.device, measure: Callable[[Clock], T]) -> T:
    """What is measured by the clock that other work disturbs least.

    On a CPU that is the processor time of one core, on which PyTorch computes in a thread of its own: neither other
    programs nor other threads of this process, which may make it wait between any two operations, make it longer.
    Elsewhere it is what a clock on the wall shows.

    How many threads PyTorch computes on is a number of each thread, and one of the process, which threads take over
    when they compute first. Here the process keeps its own: other threads, those that begin meanwhile too, compute on
    as many as ever.

    Args:
        device: that is measured.
        measure: is given a clock, of seconds from any moment.
    """
    if device.type != "cpu":
        return measure(time.perf_counter)
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(_on_one_core, measure).result()


def _on_one_core(measure: Callable[[Clock], T]) -> T:
    with _setting_threads, ThreadPoolExecutor(1) as another:
        threads = torch.get_num_threads()  # of the process, for this thread has just begun
        torch.set_num_threads(1)  # of this thread, and of the process
        another.submit(torch.set_num_threads, threads).result()  # of the process again
    return measure(time.thread_time)
