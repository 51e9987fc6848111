"""Figures of a report as SVG and PNG: the browser that shows the page draws them, for nothing here can."""

import base64
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

import streamlit as st

from esr_core.charts.chart import Chart

KEY = "report-drawings"
SCALE = 3  # of PNG: 300 dots an inch at a width of 10 inches

_draw_figures = st.components.v2.component(
    "draw_figures",
    js="""
    const wait = () => new Promise((resolve) => setTimeout(resolve, 200));
    export default ({data, setStateValue}) => {
        let isGone = false;
        const draw = async () => {
            while (!window.Plotly?.toImage && !isGone) await wait();  // Streamlit loads it for the charts of the page
            const pictures = {};
            for (const [name, text] of Object.entries(data.figures))
                for (const format of ["svg", "png"]) {
                    if (isGone) return;
                    const figure = JSON.parse(text);
                    const {width, height} = figure.layout;
                    const size = {format, width, height, scale: format === "png" ? data.scale : 1};
                    pictures[`${name}.${format}`] = await window.Plotly.toImage(figure, size);
                }
            if (!isGone) setStateValue("pictures", {token: data.token, pictures});
        };
        if (!data.is_known) draw();
        return () => { isGone = true; };
    };
    """,
)


def drawings(figures: Mapping[str, Chart], token: str) -> dict[str, bytes]:
    """The figures as SVG and PNG by names of files; none until the browser has drawn them.

    Args:
        figures: by their names.
        token: another one for other figures.
    """
    known = (st.session_state.get(KEY) or {}).get("pictures") or {}
    is_known = known.get("token") == token
    texts = {} if is_known else {name: str(figure.printed().to_json()) for name, figure in figures.items()}
    data = {"figures": texts, "token": token, "scale": SCALE, "is_known": is_known}
    given = _draw_figures(key=KEY, data=data, on_pictures_change=lambda: None).pictures or {}
    pictures = given["pictures"] if given.get("token") == token else {}
    return {name: content_of(address) for name, address in pictures.items()}


def content_of(address: str) -> bytes:
    """What a ``data:`` address holds."""
    head, _, body = address.partition(",")
    return base64.b64decode(body) if head.endswith(";base64") else unquote_to_bytes(body)
