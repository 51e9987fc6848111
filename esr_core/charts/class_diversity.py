"""A measure of diversity class by class, run beside run."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_below

ROW_PX, BAND = 40, 0.5  # a class's height, and the share of it that the points take


def class_diversity_chart(
    table: pd.DataFrame, colours: Mapping[str, str], names: Mapping[str, str], measure: str
) -> Chart:
    """A point for each class and run, under each other in the order of the runs.

    Args:
        table: run, class, pictures, and value, NaN where it is not defined.
        colours: of each run.
        names: what to call each run.
        measure: what the value is.
    """
    classes = list(dict.fromkeys(table["class"]))
    runs = list(dict.fromkeys(table["run"]))
    shifts = dict(zip(runs, np.linspace(-BAND / 2, BAND / 2, len(runs)) if len(runs) > 1 else [0.0], strict=True))
    figure = go.Figure()
    for run, of_run in table.groupby("run", sort=False):
        heights = [classes.index(name) + shifts[run] for name in of_run["class"]]
        figure.add_trace(_points(of_run, heights, colours[run], for_chart(names[run], 80)))
    left = float(min(table["value"].min(skipna=True), 0)) if table["value"].notna().any() else 0.0
    for place, name in enumerate(classes):
        if table.loc[table["class"] == name, "value"].isna().all():
            figure.add_annotation(x=left, y=place, text="n/a", showarrow=False, xanchor="left", xshift=6)
    figure.update_xaxes(title=f"{measure}, mean over pairs of branches", rangemode="tozero")
    figure.update_yaxes(
        tickvals=list(range(len(classes))),
        ticktext=[for_chart(name) for name in classes],
        range=[len(classes) - 0.5, -0.5],
        zeroline=False,
    )
    legend_below(figure, ROW_PX * len(classes), len(runs))
    alt = f"{measure} of {len(runs)} runs on the pictures of each of {len(classes)} classes"
    data = table.assign(run=table["run"].map(names)).rename(columns={"value": measure})
    return Chart("On which classes do branches differ most?", figure, data, alt)


def _points(of_run: pd.DataFrame, heights: list[float], colour: str, name: str) -> go.Scatter:
    return go.Scatter(
        x=of_run["value"],
        y=heights,
        mode="markers",
        name=name,
        marker={"color": colour, "size": 11},
        cliponaxis=False,  # a point at 0 is a whole one
        customdata=np.column_stack([of_run["class"].map(for_chart), of_run["pictures"]]),
        hovertemplate="%{customdata[0]}, %{customdata[1]} pictures: %{x:.3f}<extra>%{fullData.name}</extra>",
        showlegend=True,
    )
