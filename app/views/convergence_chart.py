"""Curves of validation accuracy and loss, one panel per branch being trained, one line per run."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from esr_core.records import EpochRecord

MEASURES = {
    "accuracy": ("validation accuracy, %", 100.0),
    "ensemble accuracy": ("validation accuracy of the vote, %", 100.0),
    "loss": ("validation loss", 1.0),
}


def curves(histories: Mapping[str, Sequence[EpochRecord]], measure: str) -> pd.DataFrame:
    """Points to draw: columns run, panel (the branch being trained), branch (0 = ensemble), epoch, value."""
    rows = [
        (run, record.branch, branch, record.epoch, MEASURES[measure][1] * value)
        for run, history in histories.items()
        for record in history
        for branch, value in _values(record, measure)
    ]
    return pd.DataFrame(rows, columns=["run", "panel", "branch", "epoch", "value"])


def convergence_chart(points: pd.DataFrame, colours: Mapping[str, str], names: Mapping[str, str], measure: str) -> None:
    """Draw the curves.

    Args:
        points: as ``curves`` gives them.
        colours: of each run.
        names: what to call each run.
        measure: a key of MEASURES.
    """
    panels = sorted(points["panel"].unique())
    titles = ["all branches in turn" if panel == 0 else f"training branch {panel}" for panel in panels]
    figure = make_subplots(1, len(panels), shared_yaxes=True, subplot_titles=titles, horizontal_spacing=0.03)
    for (run, panel, branch), line in points.groupby(["run", "panel", "branch"]):
        is_new = branch in (0, panel)
        what = "ensemble" if branch == 0 else f"branch {branch}"
        trace = go.Scatter(
            x=line["epoch"],
            y=line["value"],
            mode="lines+markers" if is_new else "lines",
            name=names[run],
            legendgroup=run,
            showlegend=bool(panel == panels[0] and branch == points.loc[points["run"] == run, "branch"].min()),
            line={"color": colours[run], "width": 2.5 if is_new else 1},
            opacity=1.0 if is_new else 0.4,
            hovertemplate=f"{what}: %{{y:.3g}}<extra>%{{fullData.name}}</extra>",
        )
        figure.add_trace(trace, 1, panels.index(panel) + 1)
    figure.update_xaxes(title_text="epochs of this phase", rangemode="tozero")
    figure.update_yaxes(title_text=MEASURES[measure][0], col=1)
    figure.update_layout(
        height=430,
        uirevision=measure,
        margin={"l": 10, "r": 10, "t": 40, "b": 10},
        legend={"orientation": "h", "y": -0.2},
    )
    st.plotly_chart(
        figure, width="stretch", key=f"convergence-{measure}", config={"toImageButtonOptions": {"format": "svg"}}
    )


def _values(record: EpochRecord, measure: str) -> list[tuple[int, float]]:
    """Branch numbers and values of one validation point; 0 stands for the ensemble."""
    if measure == "ensemble accuracy":
        return [(0, record.ensemble_accuracy)]
    return list(enumerate(record.accuracy if measure == "accuracy" else record.loss, start=1))
