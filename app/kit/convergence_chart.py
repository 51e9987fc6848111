"""Curves of a training's validation points, one panel per branch being trained, one line per run."""

from collections.abc import Mapping, Sequence
from itertools import groupby

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from app.kit.figure import draw_figure
from app.kit.legend import legend_below
from app.kit.plain_text import for_chart, for_markdown
from app.kit.training_measures import EARLIER, SHARED, TRAINING, TrainingMeasure
from esr_core.records import EpochRecord

DASHES = {TRAINING: "dash", EARLIER: "dash", SHARED: "dot"}
MOST_COLUMNS = 5  # panels beside each other that can still be read
PANEL_HEIGHT_PX = 270
MOST_POINTS = 200  # of a line, in a panel of some 250 pixels
MOST_MARKED = 50  # points of a line that can be told apart
THINNED = "Of long phases some points are drawn; all are in the file that Save, CSV gives."
TITLES_HEIGHT_PX = 90  # between two rows of panels: what the upper one counts, what the lower one shows


def thinned(history: Sequence[EpochRecord]) -> Sequence[EpochRecord]:
    """Validation points to draw: of a phase with more than a panel can show, every so many, and its last."""
    phases = [list(phase) for _, phase in groupby(history, key=lambda record: record.branch)]
    return [record for phase in phases for record in (*phase[: -1 : -(-len(phase) // MOST_POINTS)], phase[-1])]


def curves(histories: Mapping[str, Sequence[EpochRecord]], measure: TrainingMeasure) -> pd.DataFrame:
    """Points to draw: columns run, panel (the branch being trained), branch (0 = ensemble), curve, epoch, value."""
    rows = [
        (run, record.branch, branch, curve, record.epoch, value)
        for run, history in histories.items()
        for record in history
        for branch, curve, value in measure.readings(record)
    ]
    return pd.DataFrame(rows, columns=["run", "panel", "branch", "curve", "epoch", "value"])


def convergence_chart(
    histories: Mapping[str, Sequence[EpochRecord]],
    colours: Mapping[str, str],
    names: Mapping[str, str],
    measure: TrainingMeasure,
) -> bool:
    """Draw the curves; all of their points are in the file to save.

    Args:
        histories: validation points of each run.
        colours: of each run.
        names: what to call each run.
        measure: what to draw of them.

    Returns:
        Whether there was anything to draw.
    """
    points = curves({run: thinned(history) for run, history in histories.items()}, measure)
    if points.empty:
        return False

    def table() -> pd.DataFrame:
        whole = curves(histories, measure)
        return whole.assign(run=whole["run"].map(names))

    draw_figure(measure.question, _figure(points, colours, names, measure), table, *_named(points, measure))
    are_left_out = any(len(thinned(history)) < len(history) for history in histories.values())
    for note in filter(None, (measure.note, THINNED if are_left_out else "")):
        st.caption(for_markdown(note))
    return True


def convergence_figure(
    histories: Mapping[str, Sequence[EpochRecord]],
    colours: Mapping[str, str],
    names: Mapping[str, str],
    measure: TrainingMeasure,
) -> go.Figure | None:
    """The chart of ``convergence_chart``; None where there is nothing to draw."""
    points = curves({run: thinned(history) for run, history in histories.items()}, measure)
    return None if points.empty else _figure(points, colours, names, measure)


def _figure(
    points: pd.DataFrame, colours: Mapping[str, str], names: Mapping[str, str], measure: TrainingMeasure
) -> go.Figure:
    panels = sorted(points["panel"].unique())
    figure, num_columns = _panels(panels, points["run"].nunique())
    named: set[object] = set()  # a run is named once, in the first panel that it has
    for (run, panel, branch, curve), line in points.groupby(["run", "panel", "branch", "curve"], sort=False):
        trace = _line(line, f"branch {branch}, {curve}" if branch else curve, panel == 0 or branch in (0, panel))
        trace.line.dash = DASHES.get(curve, "solid")
        trace.marker.symbol = "circle-open" if curve == TRAINING else "circle"  # where a line has a single point
        trace.update(name=for_chart(names[run], 80), legendgroup=run, showlegend=run not in named)
        trace.line.color = colours[run]
        named.add(run)
        place = panels.index(panel)
        figure.add_trace(trace, place // num_columns + 1, place % num_columns + 1)
    figure.update_xaxes(title_text="epochs of this phase", title_standoff=4, rangemode="tozero")
    figure.update_yaxes(title_text=measure.axis, col=1)
    if measure.is_logarithmic:
        figure.update_yaxes(type="log", exponentformat="none", dtick=1)
    figure.update_layout(uirevision=f"{measure.key} of {', '.join(sorted(points['run'].unique()))}")
    return figure


def _named(points: pd.DataFrame, measure: TrainingMeasure) -> tuple[str, str]:
    """Name of the saved files, and what the chart shows in words."""
    num_runs, num_panels = points["run"].nunique(), points["panel"].nunique()
    return f"convergence-{measure.key}", f"{measure.axis} of {num_runs} runs against epochs, in {num_panels} panels"


def _panels(panels: Sequence[int], num_runs: int) -> tuple[go.Figure, int]:
    """A figure with a panel for each branch, and how many stand beside each other."""
    num_rows = -(-len(panels) // MOST_COLUMNS)  # rounded up
    num_columns = -(-len(panels) // num_rows)
    height = PANEL_HEIGHT_PX * num_rows
    figure = make_subplots(
        num_rows,
        num_columns,
        shared_yaxes="all",
        subplot_titles=["all branches in turn" if panel == 0 else f"training branch {panel}" for panel in panels],
        horizontal_spacing=0.03,
        vertical_spacing=TITLES_HEIGHT_PX / height,
    )
    figure.update_annotations(font_size=14)  # the panels' titles
    figure.update_layout(margin={"t": 40}, legend={"traceorder": "grouped"})
    legend_below(figure, height, num_runs)
    return figure, num_columns


def _line(line: pd.DataFrame, what: str, is_new: bool) -> go.Scatter:
    """One curve: thin and pale for a branch that was trained in an earlier phase."""
    return go.Scatter(
        x=line["epoch"],
        y=line["value"],
        mode="lines+markers" if is_new and len(line) <= MOST_MARKED else "lines",
        line={"width": 2.5 if is_new else 1},
        opacity=1.0 if is_new else 0.4,
        cliponaxis=False,  # what is at epoch 0 is drawn whole
        hovertemplate=f"{what}: %{{y:.3g}}<extra>%{{fullData.name}}</extra>",
    )
