"""Quality against cost: a labelled point for each run or group with its interval, and the line that no run beats."""

from collections.abc import Mapping
from itertools import chain, count
from math import ceil, floor, log10

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.labels import for_chart
from esr_core.charts.palette import MUTED
from esr_core.evaluation import Cost, Quality

HOW_TO_READ = (
    "Whiskers are 95 % intervals. The dotted line joins what no other run beats for the same cost or less, intervals "
    "aside."
)
HEIGHT_PX, WIDTH_PX = 540, 1000  # the width is about what a chart has on a small screen
LINE_PX, CHARACTER_PX, GAP_PX = 17, 7, 10  # of labels
LOGARITHMIC_FROM = 10  # times the least cost


def frontier_chart(table: pd.DataFrame, colours: Mapping[str, str], quality: Quality, cost: Cost) -> Chart:
    """A point for each row of a table, and the line through those that no other one beats.

    Args:
        table: as ``frontier_table`` gives it, not empty.
        colours: of each run.
        quality: of the values.
        cost: of the costs.

    Returns:
        With the run's id as ``customdata`` of each point.
    """
    question = f"What does {quality.name} cost in {cost.name}?"
    alt = f"{quality.name} of {len(table)} ensembles against {cost.title}, with intervals and labels"
    return Chart(question, _figure(table, colours, quality, cost), table, alt, [HOW_TO_READ])


def _figure(table: pd.DataFrame, colours: Mapping[str, str], quality: Quality, cost: Cost) -> go.Figure:
    factor, digits, unit = (100, 1, ", %") if quality.is_percent else (1, 3, "")
    values = ["value", "low", "high"]
    points = table.assign(**(factor * table[values]), colour=table["run"].map(colours).fillna(MUTED))
    front = points[points["on_front"]].sort_values("cost")
    line = {"color": MUTED, "dash": "dot", "shape": "hv", "width": 1.5}
    places = {"x": front["cost"].tolist(), "y": front["value"].tolist()}
    figure = go.Figure(go.Scatter(**places, mode="lines", line=line, hoverinfo="skip"))
    figure.add_traces([_point(point, digits) for point in points.to_dict("records")])
    is_logarithmic = points["cost"].max() > LOGARITHMIC_FROM * points["cost"].min()
    figure.update_xaxes(title=cost.title, exponentformat="SI")
    if is_logarithmic:
        ticks = round_costs(points["cost"].min(), points["cost"].max())
        figure.update_xaxes(type="log", tickvals=ticks, ticktext=[_in_short(tick) for tick in ticks])
    figure.update_yaxes(title=f"{quality.name}{unit}, {quality.better} is better")
    figure.update_layout(
        height=HEIGHT_PX,
        showlegend=False,
        hovermode="closest",
        uirevision=f"{quality.name} {cost.name}",
        annotations=_labels(points, np.log10(points["cost"]) if is_logarithmic else points["cost"]),
    )
    return figure


def _point(point: Mapping[str, object], digits: int) -> go.Scatter:
    """A point with its interval; of the paper an open mark."""
    value, low, high = (float(str(point[name])) for name in ("value", "low", "high"))
    interval = "" if np.isnan(low) else f" ({low:.{digits}f} to {high:.{digits}f})"
    about = f"{for_chart(str(point['name']), 80)}<br>{value:.{digits}f}{interval}<br>%{{x:,.4s}}"
    return go.Scatter(
        x=[point["cost"]],
        y=[value],
        error_y={"symmetric": False, "array": [high - value], "arrayminus": [value - low], "width": 4},
        mode="markers",
        marker={"size": 11, "color": point["colour"], "symbol": "diamond-open" if point["source"] else "circle"},
        customdata=[point["run"]],
        hovertemplate=f"{about}<br>{point['source']}<extra></extra>",
    )


def round_costs(low: float, high: float) -> list[float]:
    """The numbers 1, 2 and 5 times powers of ten around a range, where an axis of logarithms has its ticks."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    ticks = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return [tick for tick in ticks if low / 2 <= tick <= 2 * high]


def _in_short(cost: float) -> str:
    """A cost with the sign of its thousands: 500k, 20M, 1G."""
    sign, size = next(((sign, size) for sign, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)) if cost >= size), ("", 1))
    return f"{cost / size:g}{sign}"


def _labels(points: pd.DataFrame, costs: pd.Series) -> list[dict[str, object]]:
    """Each point's name beside it, moved up or down where it would lie on another one, as Plotly's annotations."""
    across = (costs - costs.min()) / ((costs.max() - costs.min()) or 1)
    lowest, highest = np.nanmin(points[["value", "low"]]), np.nanmax(points[["value", "high"]])
    up = (points["value"] - lowest) / ((highest - lowest) or 1)
    names = [for_chart(name, 40) for name in points["name"]]
    signs = np.where(across > 0.7, -1, 1)  # -1 is left of its point
    lefts = WIDTH_PX * across + np.where(signs < 0, [-GAP_PX - CHARACTER_PX * len(name) for name in names], GAP_PX)
    boxes = np.column_stack([lefts, lefts + [CHARACTER_PX * len(name) for name in names], HEIGHT_PX * up])
    shared = {"showarrow": True, "arrowhead": 0, "arrowcolor": MUTED, "yanchor": "bottom", "font": {"size": 13}}
    return [
        {
            "x": cost,
            "y": value,
            "text": name,
            "xanchor": "left" if sign > 0 else "right",
            "ax": GAP_PX * sign,
            "ay": -shift,
            "arrowwidth": 1 if shift else 0.1,
            **shared,
        }
        for cost, value, name, sign, shift in zip(
            costs, points["value"], names, signs, label_shifts(boxes), strict=True
        )
    ]


def label_shifts(boxes: np.ndarray) -> list[float]:
    """How far up each label is moved, in pixels, so that none lies on one before it.

    Args:
        boxes: left, right and height of each label where it would stand, in pixels, (P, 3).
    """
    placed: list[tuple[float, float, float]] = []
    shifts = []
    for left, right, height in boxes.tolist():
        beside = [at for start, end, at in placed if left < end and right > start]
        steps = chain([0.0], (sign * LINE_PX * step for step in count(1) for sign in (1.0, -1.0)))
        shift = next(step for step in steps if all(abs(height + step - at) >= LINE_PX for at in beside))
        placed.append((left, right, height + shift))
        shifts.append(shift)
    return shifts
