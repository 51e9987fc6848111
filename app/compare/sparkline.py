"""The accuracy of every branch while it was trained, as a line small enough for a cell."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from esr_core.charts.curves import drawn_points
from esr_core.records import EpochRecord

WIDTH, HEIGHT, FRAME = 200, 56, 3  # units of the drawing
MOST_POINTS = 100

STYLE = """
.esr-sparkline {display: block; width: 100%; height: 3.5rem}
"""

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A branch's accuracy on the validation part over the phase in which it was trained, over the trials of a group."""

    epochs: np.ndarray  # (E,)
    mean: np.ndarray  # in [0, 1], (E,)
    low: np.ndarray  # the lowest of the trials, (E,)
    high: np.ndarray


@dataclass(frozen=True, slots=True)
class Frame:
    """What all sparklines of a row span."""

    epochs: int  # from 0
    low: float  # accuracies, in [0, 1]
    high: float

    @classmethod
    def of(cls, courses: Sequence[Course]) -> "Frame":
        """Wide enough for every course."""
        if not courses:
            return cls(0, 0.0, 1.0)
        low, high = min(each.low.min() for each in courses), max(each.high.max() for each in courses)
        return cls(int(max(each.epochs.max() for each in courses)), float(low), float(high))

    def places(self, epochs: np.ndarray, accuracies: np.ndarray) -> Points:
        """Where points lie in the drawing."""
        x, y = epochs / (self.epochs or 1), (accuracies - self.low) / ((self.high - self.low) or 1.0)
        across, down = FRAME + x * (WIDTH - 2 * FRAME), HEIGHT - FRAME - y * (HEIGHT - 2 * FRAME)
        return list(zip(across.tolist(), down.tolist(), strict=True))


def courses(histories: Sequence[Sequence[EpochRecord]]) -> list[Course]:
    """A course for each branch that was trained, over the epochs at which every trial has a validation point.

    Args:
        histories: of each trial; of a run that is none, its own.
    """
    by_branch: dict[int, list[dict[int, float]]] = {}
    for history in histories:
        trial: dict[int, dict[int, float]] = {}
        for record in history:
            for branch in [record.branch - 1] if record.branch else range(len(record.accuracy)):
                trial.setdefault(branch, {})[record.epoch] = record.accuracy[branch]
        for branch, accuracies in trial.items():
            by_branch.setdefault(branch, []).append(accuracies)
    found = (_course(trials) for _, trials in sorted(by_branch.items()))
    return [course for course in found if len(course.epochs)]


def _course(trials: Sequence[dict[int, float]]) -> Course:
    epochs = np.array(sorted(set.intersection(*map(set, trials))), dtype=int)
    accuracies = np.array([[trial[epoch] for epoch in epochs.tolist()] for trial in trials])  # (T, E)
    mean, low, high = (of(axis=0) for of in (accuracies.mean, accuracies.min, accuracies.max))
    drawn = drawn_points(mean, MOST_POINTS)
    return Course(epochs[drawn], mean[drawn], low[drawn], high[drawn])


def sparkline(shown: Sequence[Course], frame: Frame, colour: str) -> str:
    """HTML of a picture with a line for each branch; where there are several trials, the band that they span."""
    bands = "".join(_band(frame, course, colour) for course in shown if (course.high > course.low).any())
    lines = "".join(_line(frame.places(course.epochs, course.mean)) for course in shown)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" '
        f'fill="none" stroke="{colour}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">'
        f"{bands}{lines}</svg>"
    )
    alt = f"Validation accuracy of {len(shown)} branches against epochs"
    address = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return f'<img class="esr-sparkline" src="{address}" alt="{escape(alt)}">'


def _band(frame: Frame, course: Course, colour: str) -> str:
    edge = [*frame.places(course.epochs, course.high), *reversed(frame.places(course.epochs, course.low))]
    return f'<polygon points="{_written(edge)}" fill="{colour}" fill-opacity=".2" stroke="none"/>'


def _line(points: Points) -> str:
    """A line through all points, or a dot where there is a single one."""
    places = _written(points if len(points) > 1 else [*points, *points])
    return f'<polyline points="{places}" vector-effect="non-scaling-stroke"/>' if places else ""


def _written(points: Points) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
