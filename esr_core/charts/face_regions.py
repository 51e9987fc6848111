"""How much of each map of a face lies in which region: a bar per map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from esr_core.charts.chart import Chart
from esr_core.charts.ink import ink_on
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_above
from esr_core.charts.palette import REGION_COLOURS
from esr_core.emotions import FACE_REGIONS
from esr_core.explanations import FaceMaps, region_shares

BAR_HEIGHT_PX, RUN_HEIGHT_PX, FRAME_HEIGHT_PX = 24, 34, 70
EVEN = "an even map"
NOTE = "Of the positive evidence, smoothed as it is laid over the face; left and right sides together."


@dataclass(frozen=True, slots=True, eq=False)
class RegionShares:
    """One map, and how much of it lies in each region."""

    name: str  # "branch 2" or "ensemble"
    subject: str  # what the map is evidence for
    shares: np.ndarray  # (8,) in the order of FACE_REGIONS; NaN where the map has no positive evidence


def shares_of(maps: FaceMaps, parts: np.ndarray) -> list[RegionShares]:
    """Shares of every branch's map, and of the ensemble's where there is one.

    Args:
        maps: of a face.
        parts: of that face, positions in ``FACE_PARTS`` (96, 96).
    """
    return [
        RegionShares(caption.name, caption.prediction, region_shares(saliency, parts))
        for caption, saliency in zip(maps.captions()[: maps.num_opinions], maps.maps, strict=False)
    ]


def even_shares(parts: np.ndarray) -> np.ndarray:
    """Share of a face that each of its regions covers, (8,): that of a map that is the same everywhere."""
    return region_shares(np.ones_like(parts, dtype=np.float32), parts)


def face_region_chart(runs: Mapping[str, Sequence[RegionShares]], even: np.ndarray) -> Chart:
    """A bar for each map, divided by region, under the bar of a map that is the same everywhere.

    Args:
        runs: maps by the title of their run.
        even: share of the crop that each region covers (8,).
    """
    panels = {"": [RegionShares(EVEN, "", even)], **runs}
    heights = [len(maps) * BAR_HEIGHT_PX for maps in panels.values()]
    total = sum(heights) + RUN_HEIGHT_PX * len(runs)
    titles, gap = [for_chart(title, 70) for title in panels], RUN_HEIGHT_PX / total
    figure = make_subplots(len(panels), 1, row_heights=heights, subplot_titles=titles, vertical_spacing=gap)
    for row, maps in enumerate(panels.values(), start=1):
        figure.add_traces(_bars(maps, showlegend=row == 1), rows=row, cols=1)
        for position, each in enumerate(maps):
            if np.isnan(each.shares).any():
                figure.add_annotation(
                    text="no positive evidence", x=0, y=position, xanchor="left", showarrow=False, row=row, col=1
                )
        ticks = {"tickvals": list(range(len(maps))), "ticktext": [_label(each) for each in maps]}
        figure.update_yaxes(**ticks, range=[len(maps) - 0.5, -0.5], showgrid=False, row=row, col=1)
    figure.update_xaxes(range=[0, 1], tickformat=".0%", showgrid=False, showticklabels=False)
    figure.update_xaxes(title="share of the map", showticklabels=True, row=len(panels), col=1)
    figure.update_annotations(selector={"xanchor": "center"}, x=0, xanchor="left", font_size=14)
    figure.update_layout(barmode="stack", bargap=0.15, height=total + FRAME_HEIGHT_PX + 40)
    figure.update_layout(legend_traceorder="normal")
    legend_above(figure)
    alt = f"Shares of {sum(map(len, runs.values()))} maps in {len(FACE_REGIONS)} regions of the face"
    return Chart("How much of each map lies where?", figure, _table(panels), alt, [NOTE])


def _bars(maps: Sequence[RegionShares], showlegend: bool) -> list[go.Bar]:
    """One trace per region."""
    return [
        go.Bar(
            x=[each.shares[position] for each in maps],
            y=list(range(len(maps))),
            orientation="h",
            name=region,
            legendgroup=region,
            showlegend=showlegend,
            marker={"color": REGION_COLOURS[region], "line": {"width": 0}},
            text=[f"{100 * each.shares[position]:.0f}" if each.shares[position] >= 0.05 else "" for each in maps],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            insidetextfont={"color": ink_on(REGION_COLOURS[region])},
            hovertemplate=f"{region}: %{{x:.1%}}<extra></extra>",
        )
        for position, region in enumerate(FACE_REGIONS)
    ]


def _label(each: RegionShares) -> str:
    return f"{each.name}: {for_chart(each.subject, 18)}" if each.subject else each.name


def _table(panels: Mapping[str, Sequence[RegionShares]]) -> pd.DataFrame:
    rows = [(run, each.name, each.subject, *each.shares) for run, maps in panels.items() for each in maps]
    return pd.DataFrame(rows, columns=["run", "map", "evidence for", *FACE_REGIONS])
