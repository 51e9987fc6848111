"""Cells whose numbers stand on one scale in all columns: bars from zero, and dots with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isnan

from app.compare.column import Measured
from app.kit.network_drawing import BRANCHES, SHARED

STYLE = f"""
.esr-scale {{position: relative; height: .75rem; margin: .1rem 0 .15rem}}
.esr-scale.dots {{border-bottom: 1px solid rgba(128, 128, 128, .35); margin: 0 .3rem .25rem}}
.esr-scale i {{position: absolute; display: block; top: 50%; transform: translateY(-50%)}}
.esr-scale .interval {{height: 3px; opacity: .6}}
.esr-scale .dot {{width: .5rem; height: .5rem; margin-left: -.25rem; border-radius: 50%}}
.esr-scale .bar {{height: .6rem; left: 0}}
.esr-scale .bar.shared {{background: {SHARED}; z-index: 1}}
.esr-scale .bar.branches {{background: {BRANCHES}}}
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """The range that a row of dots spans."""

    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[Measured]) -> "Scale":
        """Wide enough for all values and their intervals, within [0, 1]; its ends are whole hundredths."""
        ends = [end for each in values for end in (each.value, each.low, each.high) if not isnan(end)]
        if not ends:
            return cls(0.0, 1.0)
        room = max(0.1 * (max(ends) - min(ends)), 0.01)
        low, high = floor(100 * (min(ends) - room)) / 100, ceil(100 * (max(ends) + room)) / 100
        return cls(max(0.0, low), min(1.0, high))

    def share(self, value: float) -> float:
        """Where a value lies, in [0, 1]."""
        return (value - self.low) / (self.high - self.low)


def dot(measured: Measured, scale: Scale, colour: str) -> str:
    """HTML of a value and its interval."""
    interval = ""
    if not isnan(measured.low):
        left, width = scale.share(measured.low), scale.share(measured.high) - scale.share(measured.low)
        style = f"left: {left:.2%}; width: {width:.2%}; background: {colour}"
        interval = f'<i class="interval" style="{style}"></i>'
    point = f'<i class="dot" style="left: {scale.share(measured.value):.2%}; background: {colour}"></i>'
    return f'<div class="esr-scale dots">{interval}{point}</div>'


def bar(shared: int, total: int, most: int) -> str:
    """HTML of a bar whose full length is ``most`` parameters: what is shared, then all branches."""
    parts = (("branches", total), ("shared", shared))
    bars = (f'<i class="bar {part}" style="width: {count / most:.2%}"></i>' for part, count in parts)
    return f'<div class="esr-scale">{"".join(bars)}</div>'
