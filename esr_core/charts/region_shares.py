"""How much of the maps lies in which region: a panel for each branch, a row for each region, a point for each run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from esr_core.charts.chart import Chart
from esr_core.charts.face_regions import EVEN, even_shares
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_below
from esr_core.charts.palette import MUTED
from esr_core.data.face_parts import template_parts
from esr_core.emotions import FACE_REGIONS
from esr_core.evaluation import map_names, share_table
from esr_core.explanations import AtlasMeans

MOST_COLUMNS = 5  # panels beside each other that can still be read
ROW_PX, POINT_PX, TITLE_PX = 12, 11, 40
ENSEMBLE = "ensemble"
NOTE = (
    "Means over faces with 95 % bootstrap intervals; regions as they are on average, calibrated on 102 people. Of the "
    "positive evidence, left and right sides together."
)


@dataclass(frozen=True, slots=True, eq=False)
class RunShares:
    """A run's shares."""

    title: str
    colour: str
    means: AtlasMeans

    def by_panel(self) -> dict[str, np.ndarray]:
        """Mean, lower and upper bound of every region's share (8, 3), by the name of the map."""
        return dict(zip(map_names(len(self.means.shares)), self.means.shares, strict=True))


def region_share_chart(runs: Sequence[RunShares], about: str) -> Chart:
    """The panels, and a grey stroke where a map that is the same everywhere would be.

    Args:
        runs: at least one.
        about: what the maps are, for those who cannot see the chart.
    """
    even = even_shares(template_parts())
    alt = f"Shares of the maps in {len(FACE_REGIONS)} regions of the face, of {len(runs)} runs. {about}"
    figure, table = _figure(runs, even), shares_to_save(runs, even)
    return Chart("How much of the maps lies in which region?", figure, table, alt, [NOTE])


def shares_to_save(runs: Sequence[RunShares], even: np.ndarray) -> pd.DataFrame:
    """What ``share_table`` gives, and below it the even map, without bounds."""
    rows = pd.DataFrame({"run": EVEN, "region": FACE_REGIONS, "share": even})
    return pd.concat([share_table({run.title: run.means for run in runs}), rows], ignore_index=True)


def _figure(runs: Sequence[RunShares], even: np.ndarray) -> go.Figure:
    names = {name for run in runs for name in run.by_panel()}
    panels = sorted(names, key=lambda name: (name == ENSEMBLE, len(name), name))  # branch 10 after branch 9
    num_columns = min(MOST_COLUMNS, len(panels))
    num_rows = -(-len(panels) // num_columns)  # rounded up
    height = (len(FACE_REGIONS) * (ROW_PX + POINT_PX * len(runs)) + TITLE_PX) * num_rows
    titles, gap = {"subplot_titles": panels}, {"horizontal_spacing": 0.02, "vertical_spacing": TITLE_PX / height}
    figure = make_subplots(num_rows, num_columns, shared_xaxes="all", shared_yaxes="all", **titles, **gap)
    figure.update_annotations(font_size=14)
    for position, panel in enumerate(panels):
        place = {"row": position // num_columns + 1, "col": position % num_columns + 1}
        figure.add_trace(_even_trace(even, showlegend=position == 0), **place)
        for number, run in enumerate(runs):
            if panel in run.by_panel():
                first = panel == next(iter(run.by_panel()))
                figure.add_trace(_trace(run, run.by_panel()[panel], (number + 0.5) / len(runs) - 0.5, first), **place)
    rows = {"tickvals": list(range(len(FACE_REGIONS))), "ticktext": list(FACE_REGIONS)}
    figure.update_yaxes(**rows, range=[len(FACE_REGIONS) - 0.5, -0.5], zeroline=False)
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    figure.update_xaxes(title="share of the map", row=num_rows)
    figure.update_layout(margin={"t": TITLE_PX})
    legend_below(figure, height, len(runs) + 1)
    return figure


def _trace(run: RunShares, shares: np.ndarray, offset: float, showlegend: bool) -> go.Scatter:
    """Points with whiskers, ``offset`` rows below the middle of their rows."""
    mean, low, high = shares.T
    bounds = {"array": high - mean, "arrayminus": mean - low, "thickness": 2, "width": 3}
    return go.Scatter(
        x=mean,
        y=np.arange(len(FACE_REGIONS)) + 0.7 * offset,
        error_x={"type": "data", "symmetric": False, **bounds},
        mode="markers",
        marker={"size": 8, "color": run.colour},
        name=for_chart(run.title, 80),
        legendgroup=run.title,
        showlegend=showlegend,
        customdata=np.column_stack([FACE_REGIONS, [f"{a:.1%} to {b:.1%}" for a, b in zip(low, high, strict=True)]]),
        hovertemplate="%{customdata[0]}: %{x:.1%} (%{customdata[1]})<extra>%{fullData.name}</extra>",
    )


def _even_trace(even: np.ndarray, showlegend: bool) -> go.Scatter:
    return go.Scatter(
        x=even,
        y=np.arange(len(FACE_REGIONS)),
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 18, "color": MUTED},
        name=EVEN,
        legendgroup=EVEN,
        showlegend=showlegend,
        hovertemplate="%{x:.1%}<extra>%{fullData.name}</extra>",
    )
