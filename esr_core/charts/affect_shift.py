"""How far an edit of a face moves valence and arousal, for every branch and their mean."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.palette import MUTED


def affect_shift_chart(before: np.ndarray, after: np.ndarray, colour: str) -> Chart:
    """An arrow from before to after for each branch, and a thicker one for the mean.

    Args:
        before: valence and arousal of N branches (N, 2).
        after: the same.
        colour: of the run.
    """
    labels = [f"branch {n + 1}" for n in range(len(before))]
    if len(before) > 1:
        labels.append("mean")
        before, after = (np.vstack([values, values.mean(axis=0)]) for values in (before, after))
    figure = go.Figure()
    for label, start, end in zip(labels, before, after, strict=True):
        is_mean = label == "mean"
        line_colour = colour if is_mean or len(labels) == 1 else MUTED
        figure.add_annotation(
            x=end[0], y=end[1], ax=start[0], ay=start[1], xref="x", yref="y", axref="x", ayref="y",
            arrowhead=2, arrowwidth=3 if is_mean else 1.5, arrowcolor=line_colour, text="",
        )  # fmt: skip
        hover = f"{label}: %{{x:.2f}}, %{{y:.2f}}<extra></extra>"
        style = {"mode": "markers+text", "textposition": "top center", "hovertemplate": hover}
        text = ["", label.removeprefix("branch ")]
        marker = {"size": [6, 8], "color": [MUTED, line_colour]}
        figure.add_trace(go.Scatter(x=[start[0], end[0]], y=[start[1], end[1]], text=text, marker=marker, **style))
    reach = max(1.08, 1.08 * float(np.abs(np.stack([before, after])).max()))
    axis = {"range": [-reach, reach], "tickvals": [-1, -0.5, 0, 0.5, 1], "constrain": "domain"}
    figure.update_layout(height=380, showlegend=False, xaxis=axis | {"title": "valence"})
    figure.update_layout(yaxis=axis | {"title": "arousal", "scaleanchor": "x"})
    table = pd.DataFrame(
        np.hstack([before, after]),
        columns=["valence before", "arousal before", "valence after", "arousal after"],
    )
    table.insert(0, "branch", labels)
    shift = np.round(after[-1] - before[-1], 2) + 0.0
    alt = f"{labels[-1]}: valence {shift[0]:+.2f}, arousal {shift[1]:+.2f}"
    return Chart("Where do valence and arousal move?", figure, table, alt)
