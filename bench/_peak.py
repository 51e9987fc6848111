"""How much of what a device can compute a piece of work uses."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch.utils.flop_counter import FlopCounterMode

from esr_core.devices import synchronise

SIZES = {"cpu": 2048, "cuda": 8192}  # of matrices: a smaller product is over before a card is at its full speed


def share_of_peak(work: Callable[[], object], seconds: float, device: torch.device, dtype: torch.dtype) -> float:
    """Arithmetic of convolutions and matrix products per second, as a share of one big matrix product's.

    Args:
        work: is run once more, to count what it computes.
        seconds: that it takes.
        device: that it runs on.
        dtype: that it computes in; the matrix product in float32 is rounded as convolutions are on the device.
    """
    with FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops() / seconds / peak(device, dtype)


def peak(device: torch.device, dtype: torch.dtype, size: int | None = None, repeats: int = 5) -> float:
    """Floating point operations a second of the fastest of some square matrix products.

    Args:
        device: to multiply on.
        dtype: of the matrices.
        size: rows and columns; None takes as many as keep the device busy for a millisecond or more.
        repeats: products that are timed, after one that is not.
    """
    size = size or SIZES.get(device.type, SIZES["cpu"])
    matrix = torch.rand(size, size, device=device).to(dtype)
    seconds = []
    with _rounded_as_convolutions():
        for _ in range(1 + repeats):
            synchronise(device)
            started = time.perf_counter()
            matrix @ matrix
            synchronise(device)
            seconds.append(time.perf_counter() - started)
    return 2 * size**3 / min(seconds[1:])


@contextmanager
def exact_float32() -> Iterator[None]:
    """Inside, convolutions in float32 on a CUDA card are not rounded to TensorFloat-32, as they are by default."""
    cudnn, rounded = torch.backends.cudnn, torch.backends.cudnn.allow_tf32
    cudnn.allow_tf32 = False
    try:
        yield
    finally:
        cudnn.allow_tf32 = rounded


@contextmanager
def _rounded_as_convolutions() -> Iterator[None]:
    """Inside, matrix products in float32 on a CUDA card are rounded to TensorFloat-32 where convolutions are."""
    matmul, exact = torch.backends.cuda.matmul, torch.backends.cuda.matmul.allow_tf32
    matmul.allow_tf32 = torch.backends.cudnn.allow_tf32
    try:
        yield
    finally:
        matmul.allow_tf32 = exact


def has_bfloat16(device: torch.device | None = None) -> bool:
    """Whether a device multiplies bfloat16 itself: without that, everything in it takes many times as long.

    Args:
        device: None takes the CPU.
    """
    if device is not None and device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return peak(torch.device("cpu"), torch.bfloat16, 512) > peak(torch.device("cpu"), torch.float32, 512)
