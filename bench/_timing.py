"""Timing of rivals side by side: on a busy machine only measurements taken together can be compared."""

import statistics
import time
from collections.abc import Callable, Mapping

Seconds = dict[str, list[float]]


def paired(rivals: Mapping[str, Callable[[], object]], repeats: int, warm_up: int = 1) -> Seconds:
    """Seconds of every rival in every round; in each round all rivals run once, in order.

    Args:
        rivals: what to run, by name.
        repeats: rounds that count, at least 1.
        warm_up: rounds before them that do not.
    """
    seconds: Seconds = {name: [] for name in rivals}
    for _ in range(warm_up + repeats):
        for name, run in rivals.items():
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)
    return {name: values[warm_up:] for name, values in seconds.items()}


def ratios(seconds: Seconds, slower: str, faster: str) -> list[float]:
    """How many times longer one rival took than the other, round by round."""
    return [slow / fast for slow, fast in zip(seconds[slower], seconds[faster], strict=True)]


def summary(values: list[float]) -> str:
    """Median and quartiles."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{middle:8.1f}  ({low:.1f} to {high:.1f})"
