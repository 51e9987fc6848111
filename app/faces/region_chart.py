"""How much of each map lies in which region of the face: a bar per map, and the regions on the face."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from app.kit.figure import draw_figure
from esr_core.charts.chart import Chart
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_above
from esr_core.charts.palette import REGION_COLOURS, WHITE, rgb
from esr_core.emotions import FACE_PARTS, FACE_REGIONS

SHOWN_PX = 384  # four times the crop, so that outlines run between its pixels
BAR_HEIGHT_PX, RUN_HEIGHT_PX, FRAME_HEIGHT_PX = 24, 34, 70
EVEN = "an even map"


@dataclass(frozen=True, slots=True, eq=False)
class RegionShares:
    """One map, and how much of it lies in each region."""

    name: str  # "branch 2" or "ensemble"
    subject: str  # what the map is evidence for
    shares: np.ndarray  # (8,) in the order of FACE_REGIONS; NaN where the map has no positive evidence


def face_with_regions(crop: np.ndarray, parts: np.ndarray, caption: str) -> None:
    """Draw a crop, uint8 RGB (96, 96, 3), with the outlines of its parts, positions in ``FACE_PARTS`` (96, 96)."""
    shown = cv2.resize(crop, (SHOWN_PX, SHOWN_PX), interpolation=cv2.INTER_CUBIC)
    enlarged = cv2.resize(parts, (SHOWN_PX, SHOWN_PX), interpolation=cv2.INTER_NEAREST)
    for number, region in enumerate(FACE_PARTS.values()):
        if region != "outside":
            mask = cv2.erode((enlarged == number).astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0)
            contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(shown, contours, -1, rgb(REGION_COLOURS[region]), 2, cv2.LINE_AA)
    st.image(shown, width="stretch", caption=caption, alt=f"The face with its regions outlined. {caption}")


def region_chart(runs: Mapping[str, Sequence[RegionShares]], even: np.ndarray, name: str) -> None:
    """Draw a bar for each map, divided by region, under the bar of a map that is the same everywhere.

    Args:
        runs: maps by the title of their run.
        even: share of the crop that each region covers (8,).
        name: of the files it can be saved as.
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
    draw_figure(Chart("How much of each map lies where?", figure, _table(panels), alt), name)
    st.caption("Of the positive evidence, smoothed as it is laid over the face; left and right sides together.")


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
            insidetextfont={"color": WHITE},
            hovertemplate=f"{region}: %{{x:.1%}}<extra></extra>",
        )
        for position, region in enumerate(FACE_REGIONS)
    ]


def _label(each: RegionShares) -> str:
    return f"{each.name}: {for_chart(each.subject, 18)}" if each.subject else each.name


def _table(panels: Mapping[str, Sequence[RegionShares]]) -> pd.DataFrame:
    rows = [(run, each.name, each.subject, *each.shares) for run, maps in panels.items() for each in maps]
    return pd.DataFrame(rows, columns=["run", "map", "evidence for", *FACE_REGIONS])
