"""Timing of rivals side by side: on a busy machine only measurements taken together can be compared."""

import platform
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

Seconds = dict[str, list[float]]


def paired(
    rivals: Mapping[str, Callable[[], object]],
    repeats: int,
    warm_up: int = 1,
    clock: Callable[[], float] = time.perf_counter,
) -> Seconds:
    """Seconds of every rival in every round; in each round all rivals run once, in order.

    Args:
        rivals: what to run, by name.
        repeats: rounds that count, at least 1.
        warm_up: rounds before them that do not.
        clock: seconds from any moment.
    """
    seconds: Seconds = {name: [] for name in rivals}
    for _ in range(warm_up + repeats):
        for name, run in rivals.items():
            started = clock()
            run()
            seconds[name].append(clock() - started)
    return {name: values[warm_up:] for name, values in seconds.items()}


def ratios(seconds: Seconds, slower: str, faster: str) -> list[float]:
    """How many times longer one rival took than the other, round by round."""
    return [slow / fast for slow, fast in zip(seconds[slower], seconds[faster], strict=True)]


def summary(values: list[float], digits: int = 1) -> str:
    """Median and quartiles, to so many digits after the point."""
    low, middle, high = np.percentile(values, (25, 50, 75))
    return f"{middle:8.{digits}f}  ({low:.{digits}f} to {high:.{digits}f})"


def processor() -> str:
    """Name of the processor, as far as the operating system gives one."""
    listed = Path("/proc/cpuinfo")
    named = re.search(r"^model name\s*: (.+)$", listed.read_text(), re.MULTILINE) if listed.is_file() else None
    return named[1] if named else platform.processor() or platform.machine()
