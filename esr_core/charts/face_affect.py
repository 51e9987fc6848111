"""One face in the plane of valence and arousal: every branch, their mean and how far they spread."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.affect_plane import AXIS
from esr_core.charts.chart import Chart
from esr_core.charts.ink import ink_on
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_below
from esr_core.charts.palette import MUTED, WHITE

PLOT_PX = 450
NOTE = "Numbers are branches, a diamond is their mean; the ellipse, of three or more, is a standard deviation."


@dataclass(frozen=True, slots=True, eq=False)
class FaceAffect:
    """What the branches of one run say of a face."""

    run: str
    colour: str
    branches: np.ndarray  # valence and arousal (N, 2)
    ellipse: np.ndarray  # points of their spread (P, 2); NaN where it is undefined


def face_affect_chart(runs: Sequence[FaceAffect]) -> Chart:
    """All runs in one plane, each in its colour."""
    figure = go.Figure()
    for run in runs:
        figure.add_traces(_traces(run))
    for axis in (figure.update_xaxes, figure.update_yaxes):
        axis(zeroline=True, zerolinecolor=MUTED)
    axes = {"xaxis": AXIS | {"title": "valence"}, "yaxis": AXIS | {"title": "arousal", "scaleanchor": "x"}}
    figure.update_layout(**axes)
    legend_below(figure, PLOT_PX, len(runs))
    means = "; ".join("{}: {:+.2f}, {:+.2f}".format(run.run, *run.branches.mean(axis=0)) for run in runs)
    notes = [NOTE] if any(len(run.branches) > 1 for run in runs) else []
    return Chart("How pleasant, how aroused?", figure, _table(runs), f"Valence and arousal: {means}", notes)


def _traces(run: FaceAffect) -> list[go.Scatter]:
    """Numbered branches, and above a single one their mean and its ellipse."""
    name, hover = for_chart(run.run, 60), "%{text}: %{x:.2f}, %{y:.2f}<extra></extra>"
    numbers = [str(number) for number in range(1, len(run.branches) + 1)]
    mean = run.branches.mean(axis=0)
    centre = go.Scatter(
        x=[mean[0]], y=[mean[1]], text=["mean"], mode="markers", hovertemplate=hover, name=name, legendgroup=name,
        marker={"symbol": "diamond", "size": 13, "color": run.colour, "line": {"width": 1, "color": WHITE}},
    )  # fmt: skip
    if len(numbers) == 1:
        return [centre]
    quiet = {"legendgroup": name, "showlegend": False, "name": name}
    spread = go.Scatter(
        x=run.ellipse[:, 0], y=run.ellipse[:, 1], mode="lines", line={"color": run.colour, "width": 1.5},
        hoverinfo="skip", **quiet,
    )  # fmt: skip
    each = go.Scatter(
        x=run.branches[:, 0], y=run.branches[:, 1], text=numbers, mode="markers+text", hovertemplate="branch " + hover,
        marker={"size": 17, "color": run.colour}, textfont={"color": ink_on(run.colour), "size": 12}, **quiet,
    )  # fmt: skip
    is_defined = not np.isnan(run.ellipse).any()
    return [*([spread] if is_defined else []), each, centre]


def _table(runs: Sequence[FaceAffect]) -> pd.DataFrame:
    rows = [(run.run, number, *values) for run in runs for number, values in enumerate(run.branches, start=1)]
    return pd.DataFrame(rows, columns=["run", "branch", "valence", "arousal"])
