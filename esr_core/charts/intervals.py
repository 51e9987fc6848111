"""Values with their intervals, row under row: what several other views draw their numbers as."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_below

ROW_PX, POINT_PX = 14, 15


def interval_figure(
    points: pd.DataFrame, colours: Mapping[str, str], names: Mapping[str, str], title: str
) -> go.Figure:
    """A chart with one row per name, and in it one point per run, each with a whisker from low to high.

    Args:
        points: row, run, value, low, high, and ``hover`` for what is said of a point; rows in their order, and in each
            no run twice.
        colours: of each run.
        names: what to call each run.
        title: of the values' axis, with its unit.
    """
    rows = list(dict.fromkeys(points["row"]))
    num_runs = points["run"].nunique()
    heights = _heights(points, rows)
    figure = go.Figure()
    for run, own in points.groupby("run", sort=False):
        figure.add_scatter(
            x=own["value"],
            y=heights[own.index],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": own["high"] - own["value"],
                "arrayminus": own["value"] - own["low"],
                "thickness": 2,
                "width": 4,
            },
            mode="markers",
            marker={"size": 9, "color": colours[str(run)]},
            name=for_chart(names[str(run)], 80),
            customdata=own["hover"],
            hovertemplate="%{customdata}<extra>%{fullData.name}</extra>",
            showlegend=num_runs > 1,
        )
    figure.update_xaxes(title=title, zeroline=False, showgrid=True)
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[for_chart(row, 40) for row in rows],
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    legend_below(figure, len(rows) * (ROW_PX + POINT_PX * num_runs), num_runs if num_runs > 1 else 0)
    return figure


def _heights(points: pd.DataFrame, rows: list[str]) -> pd.Series:
    """Where points stand: those of a row beside each other, around its middle."""
    of_row = points.groupby("row", sort=False)
    place, there = of_row.cumcount(), of_row["run"].transform("size")
    most = there.max()
    return points["row"].map(rows.index) + 0.7 * (place - (there - 1) / 2) / most  # within 70 % of a row


def accuracy_points(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracies of a table with the columns row and run as points of an ``interval_chart``, in %."""
    bounds = {"value": "accuracy", "low": "accuracy_low", "high": "accuracy_high"}
    points = table[["row", "run"]].assign(**{name: 100 * table[column] for name, column in bounds.items()})
    said = [spoken(*values) for values in points[list(bounds)].itertuples(index=False)]
    return points.assign(hover=[f"{row}: {what}" for row, what in zip(points["row"], said, strict=True)])


def spoken(value: float, low: float, high: float) -> str:
    """A share in % with its interval, in words; "n/a" for what is not defined."""
    if pd.isna(value):
        return "n/a"
    if low == high:  # all alike, as where every picture is right: a bootstrap cannot know of others
        return f"{value:.1f} % (all alike: no interval)"
    return f"{value:.1f} %" if pd.isna(low) else f"{value:.1f} % ({low:.1f} to {high:.1f})"
