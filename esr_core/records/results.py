"""The numbers that a finished run is known by: stored in its status, and shown in every list of runs.

A further one is a record here, and its value where the trainer measures the finished ensemble.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Value = float | tuple[float, float]


@dataclass(frozen=True, slots=True)
class RunResult:
    """One of these numbers, or an interval."""

    key: str  # in a run's results
    title: str  # of its column, with its unit
    sentence: str  # how its value is said
    factor: float = 1.0  # what a value is multiplied by to be shown in its column
    digits: int = 3  # after the point, there

    def shown(self, value: Value | None) -> float | str | None:
        """A value as its column shows it: a number, or an interval in words; None where a run has none."""
        if isinstance(value, tuple):
            return " to ".join(f"{self.factor * bound:.{self.digits}f}" for bound in value)
        return None if value is None else self.factor * value


RESULTS: tuple[RunResult, ...] = (
    RunResult("accuracy", "test, %", "test accuracy {:.1%}", 100, 1),  # plurality vote, in [0, 1]
    # 95 %, over subjects where they are known; where it is not defined, as of a single subject, a run has none.
    RunResult("accuracy_interval", "95 % interval", "95 % interval {:.1%} to {:.1%}", 100, 1),
    RunResult("valence_rmse", "RMSE valence", "root-mean-square error of valence {:.3f}"),
    RunResult("arousal_rmse", "RMSE arousal", "root-mean-square error of arousal {:.3f}"),
)


def describe_results(results: Mapping[str, Value]) -> str:
    """Results in words, with commas between; "no result" where there is none."""
    known = [(result.sentence, results[result.key]) for result in RESULTS if result.key in results]
    parts = (text.format(*(value if isinstance(value, tuple) else (value,))) for text, value in known)
    return ", ".join(parts) or "no result"
