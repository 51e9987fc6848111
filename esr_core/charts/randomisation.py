"""Whether maps depend on what was learned: how alike they stay as a network's layers lose their weights."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.branch_panels import branch_panels
from esr_core.charts.chart import Chart
from esr_core.explanations import Randomisation


def randomisation_chart(measured: Randomisation, titles: Sequence[str], colour: str) -> Chart:
    """A column for each map.

    Args:
        measured: of M maps of a face.
        titles: of the maps (M).
        colour: of the run.
    """
    layers, kept = measured.layers, np.ma.masked_invalid(measured.similarity)
    mean, spread = kept.mean(axis=0).filled(np.nan), kept.std(axis=0).filled(np.nan)  # (L, M)
    figure = branch_panels(titles)
    places = list(range(len(layers)))
    for column in range(len(titles)):
        bars = {"array": spread[:, column], "thickness": 1.5, "width": 3}
        hover = "randomised down to %{text}: %{y:.2f}<extra></extra>"
        style = {"mode": "lines+markers", "line": {"color": colour}, "text": list(layers), "hovertemplate": hover}
        figure.add_trace(go.Scatter(x=places, y=mean[:, column], error_y=bars, **style), 1, column + 1)
    short = [
        layer.rpartition(" ")[2].replace("classifier", "cl") for layer in layers
    ]  # nine branches leave little room
    figure.update_xaxes(tickvals=places, ticktext=short, tickangle=0, range=[-0.5, len(layers) - 0.5])
    figure.update_xaxes(title_text="down to convolution (cl: classifier)", title_standoff=4, row=1, col=1)
    figure.update_yaxes(range=[-1.05, 1.05], tickvals=[-1, 0, 1])
    figure.update_yaxes(title_text="rank correlation", row=1, col=1)
    figure.update_layout(height=270, margin={"t": 45}, showlegend=False)
    table = pd.DataFrame(
        {
            "map of": np.repeat(list(titles), len(layers)),
            "randomised down to": list(layers) * len(titles),
            "mean": mean.T.ravel(),
            "sd": spread.T.ravel(),
        }
    )
    alt = f"Rank correlation of {len(titles)} maps with what they were, after {len(layers)} layers"
    return Chart("Does Grad-CAM depend on what was learned?", figure, table, alt)
