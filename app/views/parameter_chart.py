"""What an ensemble costs: shared and repeated parameters, against the traditional ensemble of the same size."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from esr_core.records import ParameterCount

SHARED, BRANCHES = "#0072b2", "#e69f00"


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


def draw_table(table: pd.DataFrame) -> None:
    """The table with thousands separators and % with one decimal."""
    numbers = [name for name in table.columns if name not in ("network", "saved")]
    columns = {name: st.column_config.NumberColumn(format="localized") for name in numbers}
    columns["saved"] = st.column_config.NumberColumn("saved, %", format="%.1f")
    st.dataframe(table, hide_index=True, width="stretch", column_config=columns)


def parameter_chart(table: pd.DataFrame, key: str) -> None:
    """Stacked bars: the shared layers once, then all branches together."""
    repeated = table["total"] - table["shared"]
    figure = go.Figure(
        [
            go.Bar(y=table["network"], x=table["shared"], name="shared layers", orientation="h", marker_color=SHARED),
            go.Bar(
                y=table["network"],
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
        margin={"l": 10, "r": 80, "t": 10, "b": 10},
        xaxis_title="parameters",
        yaxis={"autorange": "reversed", "type": "category"},
        legend={"orientation": "h", "y": 1.15, "traceorder": "normal"},
        uirevision=key,
    )
    st.plotly_chart(figure, width="stretch", key=key, config={"toImageButtonOptions": {"format": "svg"}})
