"""Settings against results: a line for each run through an axis for each of them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.labels import for_chart, shortened
from esr_core.charts.palette import in_steps
from esr_core.evaluation.axes import is_number

FEW_NUMBERS = 8  # that are marked one by one
HEIGHT_PX = 420


def whole_rows(axes: pd.DataFrame) -> pd.DataFrame:
    """The runs that have a value on every axis with numbers: only these can be drawn."""
    return axes.dropna(subset=list(axes.select_dtypes("number").columns))


def parallel_chart(axes: pd.DataFrame, colours: Mapping[str, str]) -> Chart:
    """A line for each run that has a value on every axis.

    Args:
        axes: a row for each run, a column for each axis; its index, ``run``, says what runs are called.
        colours: of the runs by these names; empty colours them by the last axis instead.
    """
    whole = whole_rows(axes)
    alt = f"{len(whole)} runs as lines through {len(axes.columns)} axes: {', '.join(axes)}"
    return Chart("How do settings and results go together?", _figure(whole, colours), axes.reset_index(), alt)


def _figure(axes: pd.DataFrame, colours: Mapping[str, str]) -> go.Figure:
    dimensions = [_axis(name, axes[name]) for name in axes]
    line: dict[str, Any] = {"color": dimensions[-1]["values"], "colorscale": "cividis", "showscale": True}
    line["colorbar"] = {"title": {"text": dimensions[-1]["label"]}, "thickness": 12}
    if colours:
        steps = [colours[name] for name in axes.index]
        line = {
            "color": list(range(len(steps))),
            "colorscale": in_steps(steps),
            "cmin": -0.5,
            "cmax": len(steps) - 0.5,
        }
        dimensions.insert(0, _axis("run", pd.Series(axes.index)))
    figure = go.Figure(go.Parcoords(line=line, dimensions=dimensions, labelangle=-12, labelside="top"))
    figure.update_traces(labelfont_size=13, tickfont_size=12, rangefont_size=12)
    figure.update_layout(height=HEIGHT_PX, margin={"t": 80, "l": 120 if colours else 60, "r": 60, "b": 30})
    return figure


def _axis(name: str, column: pd.Series) -> dict[str, Any]:
    if is_number(column):
        ticks = sorted(column.unique()) if column.nunique() <= FEW_NUMBERS else None
        return {"label": for_chart(name), "values": column.astype(float), "tickvals": ticks}
    texts = ["n/a" if pd.isna(value) else str(value) for value in column]
    named = list(dict.fromkeys(texts)) if name == "run" else sorted(set(texts))
    return {
        "label": for_chart(name),
        "values": [named.index(text) for text in texts],
        "tickvals": list(range(len(named))),
        "ticktext": [shortened(text, 24) for text in named],  # in which, of all labels, Plotly reads no tags
    }
