"""Legends beside a chart's axes, clear of them whatever the chart's height.

Plotly counts a legend's place in heights of the plot, unless it is told to count in those of the whole figure; so the
figure's height is set here, together with the margin in which the legend lies.
"""

import plotly.graph_objects as go

LINE_PX = 24  # of an entry
AXIS_PX = 60  # ticks and title of the horizontal axis
FRAME_PX = 10


def legend_below(figure: go.Figure, plot_px: int, num_entries: int) -> None:
    """Set a chart's height, with a legend below its horizontal axis.

    Args:
        figure: whose top margin, if it needs more than a frame, is set already.
        plot_px: height of the axes, all rows of them together.
        num_entries: of the legend: it has room for a line each; 0 is a chart without one.
    """
    top_px = FRAME_PX if figure.layout.margin.t is None else figure.layout.margin.t
    height = top_px + plot_px + AXIS_PX + LINE_PX * num_entries
    figure.update_layout(
        height=height,
        margin={"t": top_px, "b": height - top_px - plot_px},
        legend={"orientation": "h", "yref": "container", "y": LINE_PX * num_entries / height, "yanchor": "top"},
    )


def legend_above(figure: go.Figure, titles_px: int = 0) -> None:
    """Give a chart a legend of one line above its axes.

    Args:
        figure: of a height that includes this line.
        titles_px: height of what stands between legend and axes.
    """
    figure.update_layout(
        margin={"t": FRAME_PX + LINE_PX + titles_px},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top", "x": 0},
    )
