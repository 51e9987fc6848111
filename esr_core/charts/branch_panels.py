"""A row or more of small charts that share their axes, one column for each branch."""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_above

TITLES_PX = 46  # two lines over each column


def branch_panels(titles: Sequence[str], num_rows: int = 1) -> go.Figure:
    """An empty figure of panels.

    Args:
        titles: of the columns; a colon breaks the line, as in "branch 2: happiness".
        num_rows: of panels below each other.
    """
    most = max(14, 110 // len(titles))  # characters that fit over a column
    lines = ["<br>".join(for_chart(part, most) for part in title.split(": ", 1)) for title in titles]
    figure = make_subplots(
        num_rows,
        len(titles),
        shared_xaxes=True,
        shared_yaxes=True,
        horizontal_spacing=0.1 / len(titles),
        vertical_spacing=0.08,
        column_titles=lines,
    )
    figure.update_annotations(font_size=12)
    legend_above(figure, TITLES_PX)
    return figure
