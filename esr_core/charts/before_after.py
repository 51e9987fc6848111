"""What an edit of a face changes: every branch's probabilities and the votes, before and after."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.branch_panels import branch_panels
from esr_core.charts.chart import Chart
from esr_core.charts.labels import for_chart
from esr_core.charts.palette import MUTED
from esr_core.metrics import plurality_vote, probabilities


def before_after_chart(class_names: Sequence[str], before: np.ndarray, after: np.ndarray, colour: str) -> Chart:
    """A column for each branch, and of several one for their votes; a row for each class, a ring before, a dot after.

    Args:
        class_names: of the C rows.
        before: logits (N, C).
        after: the same of the face as it was changed.
        colour: of the run.
    """
    question, columns = "What changes in its answers?", _columns(before, after)
    figure = branch_panels(list(columns))
    rows = np.arange(len(class_names))
    for column, shares in enumerate(columns.values(), start=1):
        for trace in _traces(*shares, rows, colour, in_legend=column == 1):
            figure.add_trace(trace, 1, column)
    ticks = [for_chart(class_name, 16) for class_name in class_names]
    figure.update_yaxes(tickvals=rows, ticktext=ticks, range=[len(rows) - 0.5, -0.5], zeroline=False)
    figure.update_xaxes(range=[-0.06, 1.06], tickvals=[0, 0.5, 1], ticktext=["0", "", "1"], zeroline=False)
    figure.update_layout(height=130 + 24 * len(rows))
    table = pd.DataFrame(
        [
            (title, class_name, float(first[row]), float(second[row]))
            for title, (first, second) in columns.items()
            for row, class_name in enumerate(class_names)
        ],
        columns=["column", "class", "before", "after"],
    )
    greatest = (table["after"] - table["before"]).abs().max()
    return Chart(question, figure, table, f"{question} The greatest change is {greatest:.2f}")


def _columns(before: np.ndarray, after: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Shares (C,) in [0, 1] before and after, by title: each branch's probabilities, and the votes of several."""
    first, second, num_branches = probabilities(before), probabilities(after), len(before)
    columns = {f"branch {n + 1}": (first[n], second[n]) for n in range(num_branches)}
    if num_branches > 1:
        votes = [plurality_vote(logits[None]).votes[0] / num_branches for logits in (before, after)]
        columns["votes, share"] = (votes[0], votes[1])
    return columns


def _traces(before: np.ndarray, after: np.ndarray, rows: np.ndarray, colour: str, in_legend: bool) -> list[go.Scatter]:
    gap = np.full(len(rows), np.nan)
    ring = {"size": 9, "symbol": "circle-open", "color": MUTED, "line": {"width": 2}}
    return [
        go.Scatter(
            x=np.stack([before, after, gap], axis=1).ravel(),
            y=np.repeat(rows, 3),
            mode="lines",
            line={"color": MUTED, "width": 1.5},
            hoverinfo="skip",
            showlegend=False,
        ),
        _dots(before, rows, ring, "before", in_legend),
        _dots(after, rows, {"size": 9, "color": colour}, "after", in_legend),
    ]


def _dots(values: np.ndarray, rows: np.ndarray, marker: dict[str, object], label: str, in_legend: bool) -> go.Scatter:
    hover = "%{x:.2f}<extra>" + label + "</extra>"
    style = {"mode": "markers", "marker": marker, "cliponaxis": False, "hovertemplate": hover}
    return go.Scatter(x=values, y=rows, name=label, legendgroup=label, showlegend=in_legend, **style)
