"""How much of what a device can compute a piece of work uses."""

import time
from collections.abc import Callable

import torch
from torch.utils.flop_counter import FlopCounterMode


def share_of_peak(work: Callable[[], object], seconds: float, device: torch.device, dtype: torch.dtype) -> float:
    """Arithmetic of convolutions and matrix products per second, as a share of one big matrix product's.

    Args:
        work: is run once more, to count what it computes.
        seconds: that it takes.
        device: that it runs on.
        dtype: that it computes in.
    """
    with FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops() / seconds / peak(device, dtype)


def peak(device: torch.device, dtype: torch.dtype, size: int = 2048, repeats: int = 5) -> float:
    """Floating point operations a second of the fastest of some square matrix products."""
    matrix = torch.rand(size, size, device=device).to(dtype)
    seconds = []
    for _ in range(repeats):
        synchronise(device)
        started = time.perf_counter()
        matrix @ matrix
        synchronise(device)
        seconds.append(time.perf_counter() - started)
    return 2 * size**3 / min(seconds)


def synchronise(device: torch.device) -> None:
    """Wait until the device has done what it was given; a CPU has."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def has_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 itself: without that, everything in it takes many times as long."""
    return peak(torch.device("cpu"), torch.bfloat16, 512) > peak(torch.device("cpu"), torch.float32, 512)
