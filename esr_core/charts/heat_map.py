"""Cells in rows and columns, each with its number: what several other views draw their tables of classes as."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from esr_core.charts.ink import are_light, in_contrasting_ink

SCALE = "cividis"


def heat_map(
    cells: np.ndarray,
    rows: Sequence[str],
    columns: Sequence[str],
    most: float | None,
    written: str,
    trace: Mapping[str, Any],
) -> go.Figure:
    """A chart of cells, the first row on top, the columns named above it.

    Args:
        cells: values (R, C) from 0, NaN where there is none.
        rows: names of the R rows, escaped for charts.
        columns: names of the C columns, escaped for charts.
        most: the value of the lightest colour; None takes the highest there is.
        written: Plotly's template of a cell's number, as "%{z:.2f}".
        trace: what else to say of the cells, as to ``go.Heatmap``.
    """
    highest = float(np.nanmax(cells, initial=0)) or 1.0 if most is None else most
    heat = go.Heatmap(
        z=cells,
        x=list(range(len(columns))),
        y=list(range(len(rows))),
        zmin=0,
        zmax=highest,
        colorscale=SCALE,
        texttemplate=written,
        xgap=1,
        ygap=1,
        **trace,
    )
    figure = go.Figure(in_contrasting_ink(heat, are_light(cells, SCALE, 0, highest)))
    # Named by place: two names that are shortened alike would else be one row.
    figure.update_xaxes(tickvals=list(range(len(columns))), ticktext=list(columns), side="top", showgrid=False)
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=list(rows), autorange="reversed", showgrid=False)
    return figure
