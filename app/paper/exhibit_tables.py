"""The tables and charts of one table or figure of the paper, its numbers beside ours."""

import pandas as pd
import streamlit as st

from app.kit.figure import draw_figure, draw_table
from app.kit.plain_text import for_markdown
from esr_core.charts.paper_exhibits import exhibit_charts
from esr_core.explanations import encode_png
from esr_core.reproduction import Report, Table

WIDEST_PX = 1100
P_VALUES = (", p", ", Holm")  # ends of their columns' names


def draw_exhibit(made: Report) -> None:
    """Draw the charts, then the tables, then what differs from the paper's setting."""
    name = made.exhibit.name
    charts = exhibit_charts(name, made.frames)
    for number, chart in enumerate(charts):
        draw_figure(chart, f"{name}-{number}")
    if made.picture is not None:
        st.subheader("Where do the branches look while they learn?")
        st.image(encode_png(made.picture), width=min(WIDEST_PX, made.picture.shape[1]))
        st.caption("Grad-CAM of the class that the branch names, of the first trial's validation faces.")
    drawn = [id(chart.table) for chart in charts]  # the menu of a chart saves its table
    for each in made.tables:
        if not each.frame.empty and id(each.frame) not in drawn:
            _draw(each, "-".join(filter(None, (name, each.key, "table"))))
    st.subheader("What differs from the paper's setting")
    st.markdown("\n".join(f"- {for_markdown(phrase)}" for phrase in made.differences) or "Nothing that is set.")


def _draw(made: Table, name: str) -> None:
    numbers = made.frame.select_dtypes("number").columns
    fractions = [column for column in numbers if pd.api.types.is_float_dtype(made.frame[column])]
    columns = {column: st.column_config.NumberColumn(format="localized") for column in numbers}
    columns |= {column: st.column_config.NumberColumn(format=f"%.{made.digits}f") for column in fractions}
    p_values = [column for column in fractions if column.endswith(P_VALUES)]  # of which a small one is not 0
    columns |= {column: st.column_config.NumberColumn(format=f"%.{made.digits}g") for column in p_values}
    draw_table(made.title, made.frame, made.frame, name, columns, has_all_rows=True)
