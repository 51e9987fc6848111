"""Cells whose numbers stand on one scale in all columns: bars from zero, and dots with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isnan

from esr_core.metrics import Estimate

STYLE = """
.esr-scale {position: relative; height: .75rem; margin: .1rem 0 .15rem}
.esr-scale.dots {border-bottom: 1px solid rgba(128, 128, 128, .35); margin: 0 .3rem .25rem}
.esr-scale i {position: absolute; display: block; top: 50%; transform: translateY(-50%)}
.esr-scale .interval {height: 3px; opacity: .6}
.esr-scale .dot {width: .5rem; height: .5rem; margin-left: -.25rem; border-radius: 50%}
.esr-scale .bar {height: .6rem; left: 0}
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """The range that a row of dots spans."""

    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[Estimate]) -> "Scale":
        """Wide enough for all values and their intervals, within [0, 1]; its ends are whole hundredths."""
        ends = [end for each in values for end in each if not isnan(end)]
        if not ends:
            return cls(0.0, 1.0)
        room = max(0.1 * (max(ends) - min(ends)), 0.01)
        low, high = floor(100 * (min(ends) - room)) / 100, ceil(100 * (max(ends) + room)) / 100
        return cls(max(0.0, low), min(1.0, high))

    def share(self, value: float) -> float:
        """Where a value lies, in [0, 1]; what lies outside is at an end."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def dot(estimate: Estimate, scale: Scale, colour: str) -> str:
    """HTML of a value and its interval."""
    interval = ""
    if not isnan(estimate.low):
        left, width = scale.share(estimate.low), scale.share(estimate.high) - scale.share(estimate.low)
        style = f"left: {left:.2%}; width: {width:.2%}; background: {colour}"
        interval = f'<i class="interval" style="{style}"></i>'
    point = f'<i class="dot" style="left: {scale.share(estimate.value):.2%}; background: {colour}"></i>'
    return f'<div class="esr-scale dots">{interval}{point}</div>'


def bar(most: float, *parts: tuple[float, str]) -> str:
    """HTML of lengths from zero with their colours, each over those before it; ``most`` fills the cell."""
    bars = (f'<i class="bar" style="width: {length / most:.2%}; background: {colour}"></i>' for length, colour in parts)
    return f'<div class="esr-scale">{"".join(bars)}</div>'
