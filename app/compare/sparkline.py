"""The accuracy of every branch while it was trained, as a line small enough for a cell."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from app.kit.convergence_chart import thinned
from esr_core.records import EpochRecord

WIDTH, HEIGHT, FRAME = 200, 56, 3  # units of the drawing

STYLE = """
.esr-sparkline {display: block; width: 100%; height: 3.5rem}
"""

Curve = list[tuple[int, float]]
"""Epochs of a branch's own phase, and its accuracy on the validation part in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What all sparklines of a row span."""

    epochs: int  # from 0
    low: float  # accuracies, in [0, 1]
    high: float

    @classmethod
    def of(cls, histories: Sequence[Sequence[EpochRecord]]) -> "Frame":
        """Wide enough for every curve of these runs."""
        points = [point for history in histories for curve in curves(history) for point in curve]
        accuracies = [accuracy for _, accuracy in points] or [0.0, 1.0]
        return cls(max((epoch for epoch, _ in points), default=0), min(accuracies), max(accuracies))

    def place(self, epoch: int, accuracy: float) -> tuple[float, float]:
        """Where a point lies in the drawing."""
        x, y = epoch / (self.epochs or 1), (accuracy - self.low) / ((self.high - self.low) or 1.0)
        return FRAME + x * (WIDTH - 2 * FRAME), HEIGHT - FRAME - y * (HEIGHT - 2 * FRAME)


def curves(history: Sequence[EpochRecord]) -> list[Curve]:
    """A curve for each branch that was trained, over the phase in which it was."""
    num_branches = max((len(record.accuracy) for record in history), default=0)
    return [
        [(each.epoch, each.accuracy[branch]) for each in history if each.branch in (0, branch + 1)]
        for branch in range(num_branches)
    ]


def sparkline(history: Sequence[EpochRecord], frame: Frame, colour: str) -> str:
    """HTML of a picture with a line for each branch."""
    drawn = curves(thinned(history))
    lines = "".join(_line([frame.place(*point) for point in curve]) for curve in drawn)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" '
        f'fill="none" stroke="{colour}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">{lines}</svg>'
    )
    alt = f"Validation accuracy of {len(drawn)} branches against epochs"
    address = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return f'<img class="esr-sparkline" src="{address}" alt="{escape(alt)}">'


def _line(points: Sequence[tuple[float, float]]) -> str:
    """A line through all points, or a dot where there is a single one."""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in (points if len(points) > 1 else [*points, *points]))
    return f'<polyline points="{places}" vector-effect="non-scaling-stroke"/>' if places else ""
