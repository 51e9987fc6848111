"""A face on which a box can be dragged."""

from base64 import b64encode

import cv2
import numpy as np
import plotly.graph_objects as go
import streamlit as st

from esr_core.records import FaceBox

SHOWN_PX = 192
EVERY_PX = 8  # between the points that a box can catch


def markable_picture(picture: np.ndarray, key: str) -> FaceBox | None:
    """Draw a picture, uint8 RGB (H, W, 3), and return the box that was dragged on it, in its pixels; None without one.

    A click beside the box lets go of it. Plotly tells of a box only where it can catch points of a chart, so there are
    some that nobody sees; a picture drawn as a trace would not do.
    """
    height, width = picture.shape[:2]
    across, down = np.meshgrid(np.arange(0, width + 1, EVERY_PX), np.arange(0, height + 1, EVERY_PX))
    style = {"mode": "markers", "marker": {"opacity": 0}, "hoverinfo": "none"}
    figure = go.Figure(go.Scatter(x=across.ravel(), y=down.ravel(), **style))
    png = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1].tobytes()
    source = f"data:image/png;base64,{b64encode(png).decode()}"
    place = {"x": 0, "y": 0, "sizex": width, "sizey": height, "xref": "x", "yref": "y"}
    figure.add_layout_image(source=source, sizing="stretch", layer="below", **place)
    figure.update_xaxes(range=[0, width], visible=False, fixedrange=True, constrain="domain")
    figure.update_yaxes(range=[height, 0], visible=False, fixedrange=True, scaleanchor="x", constrain="domain")
    line = {"color": "#e69f00", "width": 2, "dash": "solid"}
    margins = {"l": 0, "r": 0, "t": 0, "b": 0}
    figure.update_layout(height=SHOWN_PX, margin=margins, dragmode="select", newselection={"line": line})
    figure.update_layout(activeselection={"fillcolor": "#e69f00", "opacity": 0.2})
    event = st.plotly_chart(
        figure,
        width=SHOWN_PX,
        key=key,
        on_select="rerun",
        selection_mode="box",
        config={"displayModeBar": False},
        alt="The face; drag a box on it to hide a part",
    )
    boxes = event["selection"]["box"]
    return _box(boxes[-1]["x"], boxes[-1]["y"], width, height) if boxes else None


def _box(across: list[float], down: list[float], width: int, height: int) -> FaceBox:
    """All pixels that the box touches, inside the picture."""
    left, right = (int(edge) for edge in np.clip([np.floor(min(across)), np.ceil(max(across))], 0, width))
    top, bottom = (int(edge) for edge in np.clip([np.floor(min(down)), np.ceil(max(down))], 0, height))
    return FaceBox(left, top, right - left, bottom - top)
