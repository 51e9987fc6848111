"""How the cost of a training step grows with branches, branching level, batch and pictures.

Usage: python -m bench.scaling [--rounds 3] [--plot FILE.svg]

One of the four is varied at a time around ESR-4 lab level 3 in batches of 32, while the last branch is added. A plot
needs Chromium. Times of one column can be compared with each other; all of them are of one run.
"""

import argparse
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bench._plots import save_svg
from bench._timing import paired
from bench.training import engine_epoch, random_data
from esr_core.config import NetworkConfig, TrainingConfig

STRATEGIES = ("varied", "frozen")


@dataclass(frozen=True, slots=True)
class Point:
    """One training to time."""

    level: int = 3
    branches: int = 4
    batch: int = 32
    pictures: int = 128


SWEEPS: dict[str, tuple[Point, ...]] = {
    "branches": tuple(Point(branches=count) for count in (1, 2, 4, 8, 16)),
    "level": tuple(Point(level=level) for level in range(6)),
    "batch": tuple(Point(batch=size) for size in (8, 16, 32, 64, 128)),
    "pictures": tuple(Point(pictures=count) for count in (64, 128, 256)),
}


def seconds_per_epoch(points: Sequence[Point], strategy: str, rounds: int) -> list[float]:
    """Medians; the points take turns."""
    rivals = {}
    for point in points:
        network = NetworkConfig(branching_level=point.level, num_branches=point.branches)
        config = TrainingConfig(data="noise", network=network, strategy=strategy, batch_size=point.batch)
        rivals[str(point)] = engine_epoch(config, random_data(point.pictures, "lab", point.branches))
    return [statistics.median(values) for values in paired(rivals, rounds).values()]


def measure(rounds: int) -> dict[str, dict[str, list[float]]]:
    """Seconds per epoch by what is varied and by strategy; printed as Markdown while they come."""
    measured: dict[str, dict[str, list[float]]] = {}
    for name, points in SWEEPS.items():
        measured[name] = {strategy: seconds_per_epoch(points, strategy, rounds) for strategy in STRATEGIES}
        titles = [f"{strategy}, s per epoch | ms per picture" for strategy in STRATEGIES]
        print(f"\n| {name} | {' | '.join(titles)} |")
        print("|---|" + "---|---|" * len(STRATEGIES))
        for row, point in enumerate(points):
            cells = [measured[name][strategy][row] for strategy in STRATEGIES]
            told = " | ".join(f"{seconds:.2f} | {1000 * seconds / point.pictures:.1f}" for seconds in cells)
            print(f"| {getattr(point, name)} | {told} |", flush=True)
    return measured


def plot(measured: dict[str, dict[str, list[float]]]) -> go.Figure:
    """A panel for each thing varied: milliseconds per picture, and seconds per epoch where pictures are varied."""
    figure = make_subplots(1, len(SWEEPS), subplot_titles=[f"by {name}" for name in SWEEPS])
    for column, (name, points) in enumerate(SWEEPS.items(), start=1):
        for strategy, colour in zip(STRATEGIES, ("#0072b2", "#e69f00"), strict=True):
            seconds = measured[name][strategy]
            is_epoch = name == "pictures"
            heights = seconds if is_epoch else [1000 * s / p.pictures for s, p in zip(seconds, points, strict=True)]
            xs = [getattr(point, name) for point in points]
            line = go.Scatter(x=xs, y=heights, name=strategy, line_color=colour, showlegend=column == 1)
            figure.add_trace(line, 1, column)
        figure.update_xaxes(title=name, row=1, col=column)
        figure.update_yaxes(
            title="s per epoch" if is_epoch else "ms per picture", rangemode="tozero", row=1, col=column
        )
    return figure.update_layout(template="plotly_white", width=1200, height=320, margin={"t": 40, "b": 40})


def main() -> None:
    """Measure, print and, where asked, plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="rounds to take the median of (default 3)")
    parser.add_argument("--plot", type=Path, help="file to draw the result into, as SVG")
    options = parser.parse_args()
    measured = measure(options.rounds)
    if options.plot:
        save_svg(plot(measured), options.plot)


if __name__ == "__main__":
    main()
