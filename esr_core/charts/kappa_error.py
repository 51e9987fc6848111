"""Diversity against error, pair by pair (Margineantu & Dietterich 1997, "Pruning adaptive boosting", Figure 2)."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_below

PLOT_PX = 330
NARROWEST = 0.1  # of the axis of kappa: on a narrower one pairs that are as good as equal look worlds apart


def kappa_error_chart(pairs: pd.DataFrame, colours: Mapping[str, str], names: Mapping[str, str]) -> Chart:
    """A point for each pair of branches: the further left the more diverse, the lower the more accurate.

    Args:
        pairs: run, first, second, kappa (NaN where it is not defined: not drawn, but in the data) and error in %.
        colours: of each run.
        names: what to call each run.
    """
    figure = go.Figure(
        [
            go.Scatter(
                x=of_run["kappa"],
                y=of_run["error"],
                mode="markers",
                name=for_chart(names[str(run)], 80),
                marker={"color": colours[str(run)], "size": 10, "opacity": 0.75},
                customdata=of_run[["first", "second"]],
                hovertemplate="branches %{customdata[0]} and %{customdata[1]}: kappa %{x:.3f}, error %{y:.1f} %"
                "<extra>%{fullData.name}</extra>",
                showlegend=True,
            )
            for run, of_run in pairs.groupby("run", sort=False)
        ]
    )
    figure.update_xaxes(
        title="Cohen's kappa of two branches; the further left, the more diverse", range=_kappa_axis(pairs["kappa"])
    )
    figure.update_yaxes(title="their mean error, %", rangemode="tozero")
    legend_below(figure, PLOT_PX, len(figure.data))
    alt = f"{len(pairs)} pairs of branches of {pairs['run'].nunique()} runs by kappa and mean error"
    table = pairs.assign(run=pairs["run"].map(names))
    return Chart("Do diverse branches pay with accuracy?", figure, table, alt)


def _kappa_axis(kappas: pd.Series) -> tuple[float, float] | None:
    """Ends of the axis, around all that is defined; None, Plotly's own choice, where nothing is."""
    defined = kappas.dropna()
    if defined.empty:
        return None
    low, high = defined.min(), defined.max()
    around = max(0.06 * (high - low), (NARROWEST - (high - low)) / 2)
    return low - around, high + around
