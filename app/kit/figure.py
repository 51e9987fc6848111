"""A chart as every page shows it: its question, a small menu that saves its picture and its data, and the chart."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.kit.kept_view import keep_view

Columns = Mapping[str, Any] | None
MARGINS = {"l": 10, "r": 10, "t": 10, "b": 10}

# Plotly's own button knows one format alone; the library that Streamlit loads for its charts knows both.
_save_picture = st.components.v2.component(
    "save_picture",
    html="""<button data-format="png">PNG</button><button data-format="svg">SVG</button>""",
    css="""button {font: inherit; font-size: .875rem; min-height: 2.5rem; padding: .25rem .75rem; cursor: pointer;
        color: var(--st-text-color); background: none;
        border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius)}
        button:hover {color: var(--st-primary-color); border-color: var(--st-primary-color)}
        button:first-of-type {margin-right: 1rem}""",
    js="""export default ({data, parentElement}) => {
        for (const button of parentElement.querySelectorAll("button"))
            button.onclick = () => {
                const chart = document.querySelector(`.st-key-${data.chart} .js-plotly-plot`);
                const {width, height} = chart.getBoundingClientRect();
                const font = {...chart.layout.font, family: "Arial, Helvetica, sans-serif"};  // the page's is not saved
                window.Plotly.downloadImage(
                    {data: chart.data, layout: {...chart.layout, font}},
                    {format: button.dataset.format, filename: data.file, width, height, scale: 2});
            };
    }""",
)


OnPick = Callable[[Any], None]
"""Called with the ``customdata`` of a point that was clicked, before the page is drawn anew."""


Table: TypeAlias = pd.DataFrame | Callable[[], pd.DataFrame]
"""What is saved as CSV, or what makes it once it is asked for."""


def draw_figure(
    question: str, chart: go.Figure, table: Table, name: str, alt: str, on_pick: OnPick | None = None
) -> None:
    """Draw a chart under its question, with the menu beside that."""
    draw_question(question, table, name)
    draw_chart(chart, name, alt, on_pick)


def draw_question(question: str, table: Table, name: str) -> None:
    """Draw what a chart answers, and the menu that saves it.

    Args:
        question: a sentence.
        table: what the chart shows, saved as CSV.
        name: of the chart and of the saved files, unique on its page.
    """
    _draw_head(question, table, name, has_chart=True)


def draw_table(question: str, shown: pd.DataFrame, table: pd.DataFrame, name: str, columns: Columns = None) -> None:
    """Draw a table under its question, with the menu that saves it.

    Args:
        question: a sentence.
        shown: rounded and in words; what is missing is "n/a".
        table: the same without rounding, saved as CSV.
        name: of the saved file, unique on its page.
        columns: how to draw them, as Streamlit's ``column_config``.
    """
    _draw_head(question, table, name, has_chart=False)
    st.dataframe(shown, hide_index=True, width="stretch", placeholder="n/a", column_config=columns, key=_key(name))


def _draw_head(question: str, table: Table, name: str, has_chart: bool) -> None:
    def csv() -> str:
        return (table() if callable(table) else table).to_csv(index=False)

    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(question, width="content")
        with st.popover("Save", type="tertiary"), st.container(horizontal=True, width="content", gap="small"):
            if has_chart:
                _save_picture(key=f"save-{_key(name)}", data={"chart": _key(name), "file": name}, width="content")
            st.download_button("CSV", csv, f"{name}.csv", "text/csv", on_click="ignore")


def draw_chart(chart: go.Figure, name: str, alt: str, on_pick: OnPick | None = None) -> None:
    """Draw a chart, its question being drawn already.

    Args:
        chart: with axes and their units; margins that it does not set are set here. Where it sets ``uirevision``, zoom
            is kept over changes of its data as long as that stays the same.
        name: as given to ``draw_question``.
        alt: what the chart shows, for those who cannot see it.
        on_pick: what a click on a point does; None if nothing.
    """

    def picked() -> None:
        points = st.session_state[_key(name)].selection.points
        if points and on_pick:  # a second click on a point takes its choice back
            on_pick(points[0]["customdata"])

    chart.update_layout(margin=MARGINS | chart.layout.margin.to_plotly_json())
    config = {"displaylogo": False, "modeBarButtonsToRemove": ["toImage"]}
    with st.container(gap=None):
        st.plotly_chart(
            chart,
            width="stretch",
            key=_key(name),
            alt=alt,
            config=config,
            on_select=picked if on_pick else "ignore",
            selection_mode="points",
        )
        if view := chart.layout.uirevision:
            keep_view(_key(name), view)


def _key(name: str) -> str:
    """The name as Streamlit writes it into the page's classes, where the menu looks for the chart."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)
