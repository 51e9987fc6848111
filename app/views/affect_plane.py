"""Pictures in the plane of valence and arousal."""

import plotly.graph_objects as go
import streamlit as st

from esr_core.emotions import COLOURS

OTHER_COLOUR = "#7f7f7f"  # of a class that is no emotion


def affect_plane(points: dict[str, tuple[list[float], list[float]]]) -> None:
    """Draw valence and arousal, both in [-1, 1], of the pictures of each class."""
    figure = go.Figure(
        [
            go.Scattergl(
                x=valence,
                y=arousal,
                name=name,
                mode="markers",
                marker={"size": 5, "opacity": 0.5, "color": COLOURS.get(name, OTHER_COLOUR)},
            )
            for name, (valence, arousal) in points.items()
        ]
    )
    figure.update_layout(
        height=460,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={"title": "valence", "range": [-1.05, 1.05], "constrain": "domain"},
        yaxis={"title": "arousal", "range": [-1.05, 1.05], "scaleanchor": "x", "constrain": "domain"},
    )
    st.plotly_chart(figure, width="stretch", key="affect-plane", config={"toImageButtonOptions": {"format": "svg"}})
