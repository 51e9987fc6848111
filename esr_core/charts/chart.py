"""A plotly figure with what belongs to it: its question, its data, and how to read it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.labels import for_chart

Table: TypeAlias = pd.DataFrame | Callable[[], pd.DataFrame]
"""The data of a chart, or what makes it once it is asked for."""

TITLE_PX, DEFAULT_HEIGHT_PX, WIDTH_PX = 44, 450, 1000
MOST_SIGNS = 110  # of a question, in a title as wide as a printed chart


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A chart as a page draws it, under its question."""

    question: str  # plain text, in which names may have any sign
    figure: go.Figure  # without a title
    table: Table
    alt: str  # what it shows, in words
    notes: Sequence[str] = ()  # sentences on how to read it

    def titled(self) -> go.Figure:
        """A copy that stands alone, its question above it."""
        figure = go.Figure(self.figure)
        layout = figure.layout
        height = (layout.height or DEFAULT_HEIGHT_PX) + TITLE_PX
        if layout.legend.yref == "container":
            figure.update_layout(legend_y=layout.legend.y * (height - TITLE_PX) / height)
        top_px = (10 if layout.margin.t is None else layout.margin.t) + TITLE_PX
        place = {"yref": "container", "y": 1, "yanchor": "top", "pad": {"t": 12}}
        title = {"text": for_chart(self.question, MOST_SIGNS), **place}
        return figure.update_layout(height=height, margin_t=top_px, title=title)

    def printed(self) -> go.Figure:
        """A copy for white paper, 1000 pixels wide."""
        figure = go.Figure(self.figure)
        figure.update_layout(template="plotly_white", font={"family": "Arial, Helvetica, sans-serif", "size": 13})
        return figure.update_layout(width=WIDTH_PX, height=figure.layout.height or DEFAULT_HEIGHT_PX)
