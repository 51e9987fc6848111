"""How many pictures there are of each person, for ten people and for forty thousand."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.kit.figure import draw_chart, draw_question
from esr_core.charts.palette import OKABE_ITO

MOST_BARS = 40
SENT_WHOLE = 1000  # rows; of longer tables the browser gets what it shows


def subject_chart(subjects: pd.DataFrame, num_classes: int, name: str) -> None:
    """Draw how pictures are spread over people, and the people in a table; say what would mislead a training.

    Args:
        subjects: subject, pictures, classes and parts, the most pictures first; not empty.
        num_classes: of the data set.
        name: of the files it can be saved as.
    """
    pictures = subjects["pictures"]
    sentence = _sentence(pictures)
    draw_question("How many pictures has each subject?", subjects, name)
    chart_box, table_box = st.columns([4, 3], gap="medium")
    with chart_box:
        if pictures.min() < pictures.max():
            draw_chart(_histogram(pictures), name, sentence)
        st.caption(f"{sentence}.")
    columns = ["subject", "pictures", "classes", *(["parts"] if subjects["parts"].any() else [])]
    is_long = len(subjects) > SENT_WHOLE
    table_box.dataframe(subjects[columns], hide_index=True, width="stretch", height=320, lazy=is_long or None)
    if num_classes > 1 and subjects["classes"].max() == 1:
        st.warning("Each subject shows one class only: a network can learn who they are instead of what they show.")
    if shared := int((subjects["parts"] > 1).sum()):
        who = "1 subject is" if shared == 1 else f"{shared:,} subjects are"
        st.warning(f"{who} in more than one part: the test part does not show accuracy on unseen people.")


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
