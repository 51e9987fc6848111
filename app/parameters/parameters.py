"""A chart of parameters with all of its numbers above it."""

import pandas as pd
import streamlit as st

from app.kit.figure import draw_chart, draw_question
from esr_core.charts.parameters import parameter_chart


def draw_parameters(question: str, table: pd.DataFrame, name: str, head: st.delta_generator.DeltaGenerator) -> None:
    """Draw the question in ``head``, then the numbers, and under them the chart that compares them."""
    chart = parameter_chart(question, table)
    with head:
        draw_question(question, table, name)
    _draw_table(table)
    draw_chart(chart.figure, name, chart.alt)


def _draw_table(table: pd.DataFrame) -> None:
    """The table with thousands separators and % with one decimal."""
    numbers = [name for name in table.columns if name not in ("network", "saved")]
    columns = {name: st.column_config.NumberColumn(format="localized") for name in numbers}
    columns["saved"] = st.column_config.NumberColumn("saved, %", format="%.1f")
    st.dataframe(table, hide_index=True, width="stretch", column_config=columns)
