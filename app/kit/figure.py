"""A chart as every page shows it: its question, a small menu that saves its picture and its data, and the chart."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.kit.kept_view import keep_view
from app.kit.plain_text import for_markdown
from app.kit.save_menu import save_menu
from esr_core.charts.chart import Chart, Table

Columns = Mapping[str, Any] | None
HEADER_PX, ROW_PX = 38, 35  # of a table
MARGINS = {"l": 10, "r": 10, "t": 10, "b": 10}
AXIS_PX = 13  # the text at every axis

OnPick = Callable[[Any], None]
"""Called with the ``customdata`` of a point that was clicked, before the page is drawn anew."""


def draw_figure(chart: Chart, name: str, on_pick: OnPick | None = None) -> None:
    """Draw a chart under its question, with the menu beside that and its notes below.

    Args:
        chart: as ``esr_core.charts`` gives them.
        name: of the chart and of the saved files, unique on its page.
        on_pick: what a click on a point does; None if nothing.
    """
    draw_question(for_markdown(chart.question), chart.table, name)
    draw_chart(chart.figure, name, chart.alt, on_pick)
    if chart.notes:
        st.caption("  \n".join(map(for_markdown, chart.notes)))


def draw_question(question: str, table: Table, name: str, has_chart: bool = True) -> None:
    """Draw what a chart or a table answers, and the menu that saves it.

    Args:
        question: a sentence.
        table: what is shown, saved as CSV.
        name: of the chart and of the saved files, unique on its page.
        has_chart: whether there is a chart, to be saved as a picture.
    """

    def csv() -> str:
        return (table() if callable(table) else table).to_csv(index=False)

    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(question, width="content")
        save_menu(name, {"CSV": csv}, chart=chart_key(name) if has_chart else None)


def draw_table(
    question: str,
    shown: pd.DataFrame,
    table: pd.DataFrame,
    name: str,
    columns: Columns = None,
    has_all_rows: bool = False,
) -> None:
    """Draw a table under its question, with the menu that saves it.

    Args:
        question: a sentence.
        shown: rounded and in words; what is missing is "n/a".
        table: the same without rounding, saved as CSV.
        name: of the saved file, unique on its page.
        columns: how to draw them, as Streamlit's ``column_config``.
        has_all_rows: whether it is as high as its rows, without a bar to scroll them.
    """
    draw_question(question, table, name, has_chart=False)
    st.dataframe(
        shown,
        hide_index=True,
        width="stretch",
        height=HEADER_PX + ROW_PX * len(shown) if has_all_rows else "auto",
        placeholder="n/a",
        column_config=columns,
        key=chart_key(name),
    )


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
        points = st.session_state[chart_key(name)].selection.points
        if points and on_pick:  # a second click on a point takes its choice back
            on_pick(points[0]["customdata"])

    chart.update_layout(margin=MARGINS | chart.layout.margin.to_plotly_json())
    chart.update_xaxes(tickfont_size=AXIS_PX)
    chart.update_yaxes(tickfont_size=AXIS_PX)
    config = {"displaylogo": False, "modeBarButtonsToRemove": ["toImage"]}
    with st.container(gap=None):
        st.plotly_chart(
            chart,
            width="stretch",
            key=chart_key(name),
            alt=alt,
            config=config,
            on_select=picked if on_pick else "ignore",
            selection_mode="points",
        )
        if view := chart.layout.uirevision:
            keep_view(chart_key(name), view)


def chart_key(name: str) -> str:
    """A chart's name as Streamlit writes it into the page's classes, where the menu looks for the chart.

    Names that differ stay different: runs may be called ``a.b`` and ``a-b``.
    """
    return re.sub(r"[^A-Za-z0-9_-]", lambda sign: f"_{ord(sign[0]):x}_", re.sub(r"\s", "-", name))
