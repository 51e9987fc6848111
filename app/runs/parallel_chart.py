"""Settings against results: a line for each run through an axis for each of them."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from app.runs.run_fields import PARAMETERS, TEST, VALIDATION, run_fields, setting_fields
from esr_core.charts.labels import for_chart
from esr_core.records import RunInfo

RESULT_AXES = (PARAMETERS, VALIDATION, TEST)
MOST_NAMED = 20  # texts on an axis that can still be read
FEW_NUMBERS = 8  # that are marked one by one
MOST_AT_FIRST = 6  # settings
SELDOM_ASKED = ("data", "data_set.fingerprint", "data_set.name", "group", "device", "validate_every_epochs")
HEIGHT_PX = 420


def axes_of(runs: Sequence[RunInfo]) -> pd.DataFrame:
    """What these runs have axes for, a row for each: settings in which they differ, then results that all have."""
    settings, results = setting_fields(runs), run_fields(runs)[list(RESULT_AXES)]
    few = [name for name in settings if is_number(settings[name]) or settings[name].nunique() <= MOST_NAMED]
    typed = pd.DataFrame({name: pd.Series(settings[name].tolist()) for name in few}, index=results.index)
    return typed.join(results.dropna(axis="columns", how="all"))


def first_axes(axes: pd.DataFrame) -> list[str]:
    """The axes that are drawn where nobody has chosen any: the settings whose commonest value fewest runs have."""
    settings = [name for name in axes if name not in (*RESULT_AXES, *SELDOM_ASKED)]
    varied = sorted(settings, key=lambda name: axes[name].value_counts().max())[:MOST_AT_FIRST]
    return [name for name in axes if name in varied or name in RESULT_AXES]


def parallel_chart(axes: pd.DataFrame, colours: Mapping[str, str]) -> go.Figure:
    """The chart.

    Args:
        axes: a row for each run, a column for each axis, without missing numbers; its index says what runs are called.
        colours: of the runs by these names; empty colours them by the last axis instead.
    """
    dimensions = [_axis(name, axes[name]) for name in axes]
    line: dict[str, Any] = {"color": dimensions[-1]["values"], "colorscale": "cividis", "showscale": True}
    line["colorbar"] = {"title": {"text": dimensions[-1]["label"]}, "thickness": 12}
    if colours:
        steps = [colours[name] for name in axes.index]
        line = {
            "color": list(range(len(steps))),
            "colorscale": _in_steps(steps),
            "cmin": -0.5,
            "cmax": len(steps) - 0.5,
        }
        dimensions.insert(0, _axis("run", pd.Series(axes.index)))
    figure = go.Figure(go.Parcoords(line=line, dimensions=dimensions, labelangle=-12, labelside="top"))
    figure.update_traces(labelfont_size=13, tickfont_size=12, rangefont_size=12)
    figure.update_layout(height=HEIGHT_PX, margin={"t": 80, "l": 120 if colours else 60, "r": 60, "b": 30})
    return figure


def is_number(column: pd.Series) -> bool:
    """Whether an axis has a scale; truth values are named, and so is what lacks in some run."""
    values = column.tolist()
    return not any(isinstance(value, bool) for value in values) and pd.api.types.is_numeric_dtype(pd.Series(values))


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
        "ticktext": [for_chart(text, 24) for text in named],
    }


def _in_steps(colours: Sequence[str]) -> list[tuple[float, str]]:
    """A scale that gives each whole number from 0 its own colour."""
    ends = [(place / len(colours), (place + 1) / len(colours)) for place in range(len(colours))]
    return [(end, colour) for pair, colour in zip(ends, colours, strict=True) for end in pair]
