"""What an ensemble costs: shared and repeated parameters, against the traditional ensemble of the same size."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.kit.figure import draw_chart, draw_question
from app.kit.legend import legend_above
from app.kit.palette import BLUE, ORANGE
from app.kit.plain_text import for_chart
from esr_core.records import ParameterCount

SHARED, BRANCHES = BLUE, ORANGE


def parameter_table(counts: Mapping[str, ParameterCount], traditional: Mapping[str, ParameterCount]) -> pd.DataFrame:
    """One row per network: shared, per branch, total, and what it saves against its traditional ensemble, in %."""
    return pd.DataFrame(
        {
            "network": name,
            "shared": count.shared,
            "per branch": count.per_branch,
            "total": count.total,
            "traditional ensemble": traditional[name].total,
            "saved": 100 * (1 - count.total / traditional[name].total),
        }
        for name, count in counts.items()
    )


def draw_parameters(question: str, table: pd.DataFrame, name: str, head: st.delta_generator.DeltaGenerator) -> None:
    """Draw the question in ``head``, then the numbers, and under them the chart that compares them."""
    with head:
        draw_question(question, table, name)
    _draw_table(table)
    fewest, most = table["total"].min(), table["total"].max()
    alt = f"Shared and repeated parameters of {len(table)} networks, from {fewest:,} to {most:,}"
    draw_chart(_chart(table), name, alt)


def _draw_table(table: pd.DataFrame) -> None:
    """The table with thousands separators and % with one decimal."""
    numbers = [name for name in table.columns if name not in ("network", "saved")]
    columns = {name: st.column_config.NumberColumn(format="localized") for name in numbers}
    columns["saved"] = st.column_config.NumberColumn("saved, %", format="%.1f")
    st.dataframe(table, hide_index=True, width="stretch", column_config=columns)


def _chart(table: pd.DataFrame) -> go.Figure:
    """Stacked bars: the shared layers once, then all branches together."""
    repeated, names = table["total"] - table["shared"], [for_chart(name, 80) for name in table["network"]]
    figure = go.Figure(
        [
            go.Bar(y=names, x=table["shared"], name="shared layers", orientation="h", marker_color=SHARED),
            go.Bar(
                y=names,
                x=repeated,
                name="all branches",
                orientation="h",
                marker_color=BRANCHES,
                text=[f"{total:,}" for total in table["total"]],
                textposition="outside",
                cliponaxis=False,
            ),
        ]
    )
    figure.update_layout(
        barmode="stack",
        height=110 + 44 * len(table),
        margin={"r": 80},  # the totals
        xaxis_title="parameters",
        yaxis={"autorange": "reversed", "type": "category"},
        legend={"traceorder": "normal"},
    )
    legend_above(figure)
    return figure
