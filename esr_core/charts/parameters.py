"""What an ensemble costs: shared and repeated parameters, against the traditional ensemble of the same size."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_above
from esr_core.charts.palette import BLUE, ORANGE
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


def parameter_chart(question: str, table: pd.DataFrame) -> Chart:
    """Stacked bars of a table of ``parameter_table``: the shared layers once, then all branches together."""
    fewest, most = table["total"].min(), table["total"].max()
    alt = f"Shared and repeated parameters of {len(table)} networks, from {fewest:,} to {most:,}"
    return Chart(question, _figure(table), table, alt)


def _figure(table: pd.DataFrame) -> go.Figure:
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
