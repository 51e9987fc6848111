"""Pictures in the plane of valence and arousal."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.kit.figure import draw_chart, draw_question
from esr_core.charts.ink import ink_on
from esr_core.charts.labels import for_chart
from esr_core.charts.palette import MUTED, UNKNOWN_COLOUR, class_colours

AXIS = {"range": [-1.08, 1.08], "tickvals": [-1, -0.5, 0, 0.5, 1], "constrain": "domain"}
NO_CLASS = "no class"
APART = 0.11  # between two names, in units of the plane


def affect_plane(points: pd.DataFrame, means: pd.DataFrame, class_names: Sequence[str], name: str) -> None:
    """Draw rated pictures as points and each class at its mean; the numbers beside.

    Args:
        points: class, valence and arousal.
        means: class, pictures, valence, valence_sd, arousal, arousal_sd; the class empty where there is none.
        class_names: in their order.
        name: of the files it can be saved as.
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
    draw_question("Where do classes lie in valence and arousal?", points, name)
    chart_box, table_box = st.columns([4, 3], gap="medium")
    with chart_box:
        draw_chart(figure, name, f"Rated pictures by valence and arousal, and the means of {len(means)} classes")
        if len(points) < means["pictures"].sum():
            st.caption(f"{len(points):,} of {means['pictures'].sum():,} rated pictures, chosen at random.")
    with table_box:
        _numbers(means)


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


def _numbers(means: pd.DataFrame) -> None:
    """The means with their standard deviations; of a single picture there is none."""
    shown = pd.DataFrame({"class": means["class"].replace("", NO_CLASS), "pictures": means["pictures"]})
    for measure in ("valence", "arousal"):
        spread = means[f"{measure}_sd"].map("{:.2f}".format).replace("nan", "n/a")
        shown[measure] = (means[measure].round(2) + 0.0).map("{:.2f}".format) + " ± " + spread  # + 0.0: no -0.00
    columns = {"pictures": st.column_config.NumberColumn(format="localized")}
    columns |= {name: st.column_config.TextColumn(alignment="right") for name in ("valence", "arousal")}
    st.dataframe(shown, hide_index=True, width="stretch", column_config=columns)
    st.caption("Mean ± standard deviation over the rated pictures of each class.")
