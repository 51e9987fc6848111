"""A face on which a box can be dragged."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

import cv2
import numpy as np
import plotly.graph_objects as go
import streamlit as st

from esr_core.charts.palette import ORANGE
from esr_core.records import FaceBox

SHOWN_PX = 192
POINTS = 24  # along the longer side, one of which a box must catch
HIDES_A_PART = "The face; drag a box on it to hide a part"


def markable_picture(
    picture: np.ndarray,
    key: str,
    alt: str = HIDES_A_PART,
    height_px: int = SHOWN_PX,
    on_mark: Callable[[FaceBox], None] | None = None,
) -> FaceBox | None:
    """Draw a picture, uint8 RGB (H, W, 3), and return the box that was dragged on it, in its pixels; None without one.

    A click beside the box lets go of it.

    Args:
        picture: what to draw.
        key: of the chart; another key is a chart without a box.
        alt: what a screen reader reads out.
        height_px: of the chart, which is as wide as its column; the default draws a square one.
        on_mark: called with a new box before the page is drawn again.
    """
    height, width = picture.shape[:2]
    on_select: Literal["rerun"] | Callable[[], None] = "rerun"
    if on_mark is not None:
        on_select = partial(_report_box, key, (width, height), on_mark)
    event = st.plotly_chart(
        _figure(picture, height_px),
        width=SHOWN_PX if on_mark is None else "stretch",
        key=key,
        on_select=on_select,
        selection_mode="box",
        config={"displayModeBar": False},
        alt=alt,
    )
    return _selected(event, width, height)


def _report_box(key: str, size: tuple[int, int], on_mark: Callable[[FaceBox], None]) -> None:
    box = _selected(st.session_state[key], *size)
    if box is not None:
        on_mark(box)


def _selected(event: Mapping[str, Any], width: int, height: int) -> FaceBox | None:
    boxes = event["selection"]["box"]
    return _box(boxes[-1]["x"], boxes[-1]["y"], width, height) if boxes else None


def _figure(picture: np.ndarray, height_px: int) -> go.Figure:
    """The picture below a grid of points that nobody sees: Plotly tells of a box only where it catches some.

    A picture drawn as a trace would not do.
    """
    height, width = picture.shape[:2]
    step = -(-max(width, height) // POINTS)
    across, down = np.meshgrid(np.arange(0, width + 1, step), np.arange(0, height + 1, step))
    style = {"mode": "markers", "marker": {"opacity": 0}, "hoverinfo": "none"}
    figure = go.Figure(go.Scatter(x=across.ravel(), y=down.ravel(), **style))
    png = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes()
    source = f"data:image/png;base64,{b64encode(png).decode()}"
    place = {"x": 0, "y": 0, "sizex": width, "sizey": height, "xref": "x", "yref": "y"}
    figure.add_layout_image(source=source, sizing="stretch", layer="below", **place)
    figure.update_xaxes(range=[0, width], visible=False, fixedrange=True, constrain="domain")
    figure.update_yaxes(range=[height, 0], visible=False, fixedrange=True, scaleanchor="x", constrain="domain")
    figure.update_yaxes(constraintoward="top")
    line = {"color": ORANGE, "width": 2, "dash": "solid"}
    margins = {"l": 0, "r": 0, "t": 0, "b": 0}
    figure.update_layout(height=height_px, margin=margins, dragmode="select", newselection={"line": line})
    figure.update_layout(activeselection={"fillcolor": ORANGE, "opacity": 0.2})
    return figure


def _box(across: list[float], down: list[float], width: int, height: int) -> FaceBox:
    """All pixels that the box touches, inside the picture."""
    left, right = (int(edge) for edge in np.clip([np.floor(min(across)), np.ceil(max(across))], 0, width))
    top, bottom = (int(edge) for edge in np.clip([np.floor(min(down)), np.ceil(max(down))], 0, height))
    return FaceBox(left, top, right - left, bottom - top)
