"""Pictures in the plane of valence and arousal."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.ink import ink_on
from esr_core.charts.labels import NO_CLASS, for_chart
from esr_core.charts.palette import MUTED, UNKNOWN_COLOUR, class_colours

AXIS = {"range": [-1.08, 1.08], "tickvals": [-1, -0.5, 0, 0.5, 1], "constrain": "domain"}
APART = 0.11  # between two names, in units of the plane


def affect_chart(points: pd.DataFrame, means: pd.DataFrame, class_names: Sequence[str]) -> Chart:
    """Rated pictures as points, and each class at its mean.

    Args:
        points: class, valence and arousal.
        means: class, pictures, valence, valence_sd, arousal, arousal_sd; the class empty where there is none.
        class_names: in their order.
    """
    colours = class_colours(class_names) | {"": UNKNOWN_COLOUR}
    figure = go.Figure(_clouds(points, colours))
    for mean, height in zip(means.itertuples(), _heights(means["arousal"]), strict=True):
        style = {
            "bgcolor": colours[mean[1]],
            "font": {"color": ink_on(colours[mean[1]]), "size": 12},
            "arrowcolor": MUTED,
        }
        figure.add_annotation(
            x=mean.valence, y=mean.arousal, ax=mean.valence + 0.16, ay=height, axref="x", ayref="y",
            text=for_chart(mean[1] or NO_CLASS, 24), xanchor="left", arrowhead=6, arrowsize=1.2, **style,
        )  # fmt: skip
    figure.update_layout(
        height=480, xaxis=AXIS | {"title": "valence"}, yaxis=AXIS | {"title": "arousal", "scaleanchor": "x"}
    )
    num_rated = int(means["pictures"].sum())
    notes = [f"{len(points):,} of {num_rated:,} rated pictures, chosen at random."] if len(points) < num_rated else []
    alt = f"Rated pictures by valence and arousal, and the means of {len(means)} classes"
    return Chart("Where do classes lie in valence and arousal?", figure, points, alt, notes)


def _clouds(points: pd.DataFrame, colours: Mapping[str, str]) -> list[go.Scattergl]:
    """The points of each class, those of rare classes last, so that frequent ones do not hide them."""
    by_class = dict(list(points.groupby("class")))
    return [
        go.Scattergl(
            x=by_class[row]["valence"],
            y=by_class[row]["arousal"],
            mode="markers",
            marker={"size": 5, "opacity": 0.45, "color": colours[row]},
            name=for_chart(row or NO_CLASS),
            hovertemplate="%{fullData.name}: %{x:.2f}, %{y:.2f}<extra></extra>",
            showlegend=False,
        )
        for row in sorted(by_class, key=lambda row: -len(by_class[row]))
    ]


def _heights(arousal: pd.Series) -> list[float]:
    """Where names are written: as high as their class's mean, but no two nearer than they can be read."""
    heights = pd.Series(0.0, index=arousal.index)
    ceiling = 1.02
    for place, value in arousal.sort_values(ascending=False).items():
        heights[place] = min(value, ceiling)
        ceiling = heights[place] - APART
    return heights.tolist()
