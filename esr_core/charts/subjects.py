"""How many pictures there are of each person, for ten people and for forty thousand."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.palette import OKABE_ITO

MOST_BARS = 40


def subject_chart(subjects: pd.DataFrame) -> Chart:
    """How pictures are spread over people.

    Args:
        subjects: subject and pictures; not empty.
    """
    sentence = _sentence(subjects["pictures"])
    figure = _histogram(subjects["pictures"])
    return Chart("How many pictures has each subject?", figure, subjects, sentence, [f"{sentence}."])


def _histogram(pictures: pd.Series) -> go.Figure:
    """People by their number of pictures; whole numbers, several to a bar where they are many."""
    low, high = int(pictures.min()), int(pictures.max())
    step = -(-(high - low + 1) // MOST_BARS)  # rounded up
    edges = np.arange(low, high + step + 1, step)
    people, _ = np.histogram(pictures, edges)
    ranges = [f"{edge}" if step == 1 else f"{edge}-{edge + step - 1}" for edge in edges[:-1]]
    bars = go.Bar(
        x=edges[:-1] + (step - 1) / 2,
        y=people,
        width=0.9 * step,
        marker_color=OKABE_ITO[0],
        customdata=ranges,
        hovertemplate="%{customdata} pictures: %{y:,} subjects<extra></extra>",
    )
    figure = go.Figure(bars)
    figure.update_xaxes(title="pictures of one subject", range=[low - 0.6 * step, edges[-1] - 0.4], tickformat="d")
    if len(people) <= MOST_BARS // 4:
        figure.update_xaxes(tickvals=(edges[:-1] + (step - 1) / 2).tolist(), ticktext=ranges)
    figure.update_layout(height=280, yaxis={"title": "subjects", "tickformat": ",d"})
    return figure


def _sentence(pictures: pd.Series) -> str:
    low, high = pictures.min(), pictures.max()
    if low == high:
        return f"{len(pictures):,} subjects with {low:,} pictures each"
    return f"{len(pictures):,} subjects with {low:,} to {high:,} pictures, {pictures.median():,.0f} in the middle"
