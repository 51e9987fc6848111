"""Whether runs are right as often as they are sure: reliability diagrams."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_below
from esr_core.charts.palette import UNKNOWN_COLOUR

PLOT_PX = 390
NOTE = "Of the mean probability; points are as large as they have pictures. Below the line: too sure."
LARGEST_PX, SMALLEST_PX = 26, 6  # of a point


def reliability_chart(bins: pd.DataFrame, colours: Mapping[str, str], names: Mapping[str, str]) -> Chart:
    """Accuracy against confidence, a line for each run; what lies below the diagonal is overconfident.

    Args:
        bins: run, low, high, pictures, confidence and accuracy in [0, 1], NaN in empty bins.
        colours: of each run.
        names: what to call each run.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        line={"dash": "dot", "color": UNKNOWN_COLOUR},
        name="as sure as right",
        hoverinfo="skip",
    )
    for run, table in bins.dropna(subset="accuracy").groupby("run", sort=False):
        sizes = LARGEST_PX * np.sqrt(table["pictures"] / max(table["pictures"].max(), 1))
        figure.add_scatter(
            x=100 * table["confidence"],
            y=100 * table["accuracy"],
            mode="lines+markers",
            cliponaxis=False,  # half of a point at 100 % lies above the plot
            line={"color": colours[str(run)], "width": 2},
            marker={"size": sizes.clip(lower=SMALLEST_PX), "opacity": 0.8},
            customdata=table["pictures"],
            hovertemplate="%{customdata:,} pictures: sure %{x:.1f} %, right %{y:.1f} %<extra>%{fullData.name}</extra>",
            name=for_chart(names[str(run)], 80),
        )
    axis = {"range": [-3, 103], "constrain": "domain", "zeroline": False}
    figure.update_xaxes(title="mean confidence, %", **axis)
    figure.update_yaxes(title="accuracy, %", **axis)
    figure.update_layout(legend_itemsizing="constant")
    legend_below(figure, PLOT_PX, len(figure.data))
    table = bins.assign(run=bins["run"].map(names))
    alt = f"Accuracy against confidence of the mean probability of {len(colours)} runs"
    return Chart("Are they right as often as they are sure?", figure, table, alt, [NOTE])
