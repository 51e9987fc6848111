"""Where legends lie: clear of the axes, whatever a chart's height."""

import plotly.graph_objects as go
import pytest

from esr_core.charts.legend import legend_above, legend_below


def edges_px(figure: go.Figure) -> tuple[float, float]:
    """Where the axes end and where the legend begins, from the bottom of the figure."""
    return figure.layout.margin.b, figure.layout.legend.y * figure.layout.height


@pytest.mark.parametrize("plot_px", [40, 1200])
def test_a_legend_below_leaves_room_for_the_axis_in_low_and_high_charts(plot_px):
    figure = go.Figure()
    legend_below(figure, plot_px, num_entries=3)
    axes, legend = edges_px(figure)
    assert (axes, legend) == (60 + 3 * 24, pytest.approx(3 * 24))
    assert figure.layout.height == figure.layout.margin.t + plot_px + axes


def test_the_axes_keep_their_height_below_titles_of_panels():
    figure = go.Figure(layout={"margin": {"t": 40}})
    legend_below(figure, 270, num_entries=1)
    assert figure.layout.height - figure.layout.margin.t - figure.layout.margin.b == 270


def test_without_entries_only_the_axis_lies_below():
    figure = go.Figure()
    legend_below(figure, 100, num_entries=0)
    assert figure.layout.margin.b == 60


def test_a_legend_above_leaves_room_for_titles():
    figure = go.Figure()
    legend_above(figure, titles_px=40)
    assert figure.layout.margin.t >= 24 + 40
    assert figure.layout.legend.y == 1
