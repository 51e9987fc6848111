"""What a data set holds: pictures per class, by the owners' part where there is one."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.views.palette import OKABE_ITO


def label_counts(class_names: Sequence[str], counts: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """One row per class and part: columns class, part, pictures."""
    rows = [
        (name, part, number)
        for part, numbers in counts.items()
        for name, number in zip(class_names, numbers, strict=True)
    ]
    return pd.DataFrame(rows, columns=["class", "part", "pictures"])


def label_chart(table: pd.DataFrame) -> None:
    """Stacked bars, classes in their order, the number of pictures beside each."""
    figure = go.Figure(
        [
            go.Bar(y=rows["class"], x=rows["pictures"], name=str(part), orientation="h", marker_color=colour)
            for (part, rows), colour in zip(table.groupby("part", sort=False), OKABE_ITO, strict=False)
        ]
    )
    totals = table.groupby("class", sort=False)["pictures"].sum()
    for name, total in totals.items():
        figure.add_annotation(x=total, y=name, text=f"{total:,}", showarrow=False, xanchor="left", xshift=4)
    figure.update_layout(
        barmode="stack",
        height=110 + 32 * len(totals),
        margin={"l": 10, "r": 60, "t": 10, "b": 10},
        xaxis_title="pictures",
        yaxis={"autorange": "reversed", "type": "category"},
        showlegend=len(set(table["part"])) > 1,
        legend={"orientation": "h", "y": 1.12, "traceorder": "normal"},
    )
    st.plotly_chart(figure, width="stretch", key="label-chart", config={"toImageButtonOptions": {"format": "svg"}})
