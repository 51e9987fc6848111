"""Matrices of a measure between branches, run beside run on one colour scale."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from esr_core.charts.chart import Chart
from esr_core.charts.ink import are_light, in_contrasting_ink
from esr_core.charts.labels import in_two_lines
from esr_core.charts.palette import MUTED
from esr_core.metrics.diversity.measures import Measure

MOST_COLUMNS = 3
MOST_SIGNS = 80  # of the titles beside each other, on a small screen
PANEL_HEIGHT_PX, FRAME_HEIGHT_PX = 330, 86
NOT_DEFINED = "n/a"


def pair_chart(matrices: Mapping[str, np.ndarray], names: Mapping[str, str], measure: Measure) -> Chart:
    """A matrix for each run; what a branch is to itself is left out.

    Args:
        matrices: (N, N) by run; NaN where not defined.
        names: what to call each run.
        measure: a pairwise one.

    Returns:
        With the run and the two branches, counted from 1, as ``customdata`` of each cell.
    """
    off_diagonal = {run: np.where(np.eye(len(values), dtype=bool), np.nan, values) for run, values in matrices.items()}
    table = _table(off_diagonal, names, measure.name)
    figure = _figure(off_diagonal, names, measure)
    return Chart(measure.question, figure, table, _sentence(table, measure.name), [measure.caption])


def _figure(matrices: Mapping[str, np.ndarray], names: Mapping[str, str], measure: Measure) -> go.Figure:
    columns = min(len(matrices), MOST_COLUMNS)
    rows = -(-len(matrices) // columns)  # rounded up
    height = rows * PANEL_HEIGHT_PX
    titles = [in_two_lines(names[run], MOST_SIGNS // columns) for run in matrices]
    spacing = {"horizontal_spacing": 0.06, "vertical_spacing": 106 / height}
    figure = make_subplots(rows, columns, subplot_titles=titles, **spacing)
    figure.update_annotations(font_size=14)
    colours = _colours(list(matrices.values()), measure.is_signed)
    for place, (run, values) in enumerate(matrices.items()):
        row, column = place // columns + 1, place % columns + 1
        figure.add_traces([*_heat(values, colours), _cells(run, values)], row, column)
        figure.update_xaxes(range=[0.5, len(values) + 0.5], row=row, col=column)
        figure.update_yaxes(range=[len(values) + 0.5, 0.5], row=row, col=column)
    figure.update_xaxes(title_text="branch", title_standoff=8, dtick=1, showgrid=False, zeroline=False)
    figure.update_yaxes(dtick=1, showgrid=False, zeroline=False)
    figure.update_yaxes(title_text="branch", title_standoff=4, col=1)
    figure.update_layout(height=FRAME_HEIGHT_PX + height, margin={"t": 46}, showlegend=False, hoverdistance=200)
    return figure.update_layout(coloraxis=colours)


def _heat(values: np.ndarray, colours: Mapping[str, Any]) -> list[go.Heatmap]:
    numbers = list(range(1, len(values) + 1))
    cells = go.Heatmap(
        z=values, x=numbers, y=numbers, coloraxis="coloraxis", texttemplate="%{z:.2f}", hoverinfo="skip", xgap=1, ygap=1
    )
    return in_contrasting_ink(cells, are_light(values, colours["colorscale"], colours["cmin"], colours["cmax"]))


def _cells(run: str, values: np.ndarray) -> go.Scatter:
    """A point in each cell: what is clicked, since a heat map's cells tell nobody, and where "n/a" is written."""
    pairs = [(row, column) for row in range(len(values)) for column in range(len(values)) if row != column]
    told = [NOT_DEFINED if np.isnan(values[pair]) else f"{values[pair]:.3f}" for pair in pairs]
    return go.Scatter(
        x=[column + 1 for _, column in pairs],
        y=[row + 1 for row, _ in pairs],
        mode="markers+text",
        text=[text if text == NOT_DEFINED else "" for text in told],
        customdata=[(run, row + 1, column + 1, text) for (row, column), text in zip(pairs, told, strict=True)],
        hovertemplate="branches %{customdata[1]} and %{customdata[2]}: %{customdata[3]}<extra></extra>",
        marker={"symbol": "square-open", "size": 18, "opacity": 0, "color": MUTED, "line": {"width": 3}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0}},
    )


def _colours(matrices: list[np.ndarray], is_signed: bool) -> dict[str, Any]:
    """One colour scale for all: around 0 for signed measures, else from 0 to the highest value there is."""
    bar = {"thickness": 12, "tickformat": ".2~f"}
    if is_signed:
        return {"colorscale": "RdBu_r", "cmin": -1, "cmax": 1, "colorbar": bar}
    values = np.concatenate([matrix[~np.isnan(matrix)] for matrix in matrices])
    return {"colorscale": "cividis", "cmin": 0, "cmax": float(values.max(initial=0)) or 1.0, "colorbar": bar}


def _table(matrices: Mapping[str, np.ndarray], names: Mapping[str, str], measure: str) -> pd.DataFrame:
    rows = [
        (names[run], first + 1, second + 1, values[first, second])
        for run, values in matrices.items()
        for first, second in zip(*np.triu_indices(len(values), k=1), strict=True)
    ]
    return pd.DataFrame(rows, columns=["run", "first", "second", measure])


def _sentence(table: pd.DataFrame, measure: str) -> str:
    defined = table[measure].dropna()
    if defined.empty:
        return f"{measure} of {len(table)} pairs of branches, defined for none"
    return f"{measure} of {len(table)} pairs of branches, from {defined.min():.3f} to {defined.max():.3f}"
