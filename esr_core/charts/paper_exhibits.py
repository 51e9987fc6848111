"""The paper's figures with its values and ours, from the tables that ``esr_core.reproduction`` makes."""

from collections.abc import Callable, Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from esr_core.charts.chart import Chart
from esr_core.charts.heat_map import heat_map
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_below
from esr_core.charts.palette import BLUE, GREEN, GREY, MUTED, ORANGE, PINK

COLOURS = {"varied": BLUE, "frozen": ORANGE, "fixed": GREEN, "interleaved": PINK}
BASELINES = {"traditional ensemble": GREY, "single network": MUTED}
ENSEMBLES = {"ESR": BLUE, "TE": ORANGE}
PRINTED = "the paper"
PLOT_PX, PANEL_PX, LEGEND_LINES = 380, 270, 3
CELL_PX = 34

Tables = Mapping[str, pd.DataFrame]
"""Tables of one exhibit by their keys, that of the first being the empty text."""


def exhibit_charts(name: str, tables: Tables) -> list[Chart]:
    """The charts of a table or figure of the paper, by its name; none of what the paper prints as a table."""
    return CHARTS[name](tables) if name in CHARTS else []


def _figure_4(tables: Tables) -> list[Chart]:
    frame, figure = tables[""], go.Figure()
    for strategy, own in frame[frame["strategy"] != ""].groupby("strategy", sort=False):
        figure.add_traces(_lines(own, str(strategy)))
    for row in frame[frame["strategy"] == ""].to_dict("records"):
        figure.add_traces(_baseline(row))
    figure.update_xaxes(title="branching level", tickvals=sorted(set(frame["level"].dropna())))
    figure.update_yaxes(title="test accuracy, %")
    legend_below(figure, PLOT_PX, LEGEND_LINES)
    alt = "Test accuracy against branching level, a line for each training strategy, the paper's dotted beside it"
    notes = ["Whiskers are the deviation over trials. Dotted lines with open marks are the paper's, read off its plot."]
    drawn = frame[["approach", "paper, %", "ours, %", "ours ±"]]
    return [Chart("How does the branching level change accuracy?", figure, drawn, alt, notes)]


def _lines(own: pd.DataFrame, strategy: str) -> list[go.Scatter]:
    """Ours with its deviation, and the paper's in the same colour."""
    levels, colour = own["level"].astype(float), COLOURS[strategy]
    deviation = {"type": "data", "array": own["ours ±"], "thickness": 1, "width": 3}
    ours = {"y": own["ours, %"], "error_y": deviation, "marker": {"size": 8, "color": colour}}
    printed = {"y": own["paper, %"], "opacity": 0.6, "marker": {"size": 8, "color": colour, "symbol": "diamond-open"}}
    return [
        go.Scatter(x=levels, name=strategy, mode="lines+markers", line={"color": colour}, **ours),
        go.Scatter(
            x=levels,
            name=f"{strategy}, {PRINTED}",
            mode="lines+markers",
            line={"color": colour, "dash": "dot"},
            **printed,
        ),
    ]


def _baseline(row: Mapping[str, object]) -> list[go.Scatter]:
    name, ends = str(row["approach"]), [1, 5]
    shared = {"x": ends, "mode": "lines"}
    colour = BASELINES[name]
    return [
        go.Scatter(y=[row["ours, %"]] * 2, name=name, line={"color": colour, "dash": "dash"}, **shared),
        go.Scatter(
            y=[row["paper, %"]] * 2,
            name=f"{name}, {PRINTED}",
            line={"color": colour, "dash": "dot"},
            opacity=0.6,
            **shared,
        ),
    ]


def _figure_5(tables: Tables) -> list[Chart]:
    curves, first = tables["curves"], tables[""]
    branches = list(first["branch"])
    figure = make_subplots(
        1, len(branches), shared_yaxes=True, subplot_titles=[f"training branch {branch}" for branch in branches]
    )
    for column, branch in enumerate(branches, start=1):
        own, printed = curves[curves["branch"] == branch], first[first["branch"] == branch].iloc[0]
        for ensemble, colour in ENSEMBLES.items():
            about = {"legendgroup": ensemble, "showlegend": column == 1, "name": ensemble}
            line = go.Scatter(
                x=own["epoch"], y=own[f"ours, {ensemble}, %"], mode="lines", line={"color": colour}, **about
            )
            mark = {"symbol": "diamond-open", "size": 10, "color": colour}
            names = {"name": f"{ensemble}, {PRINTED}, after one epoch", "showlegend": column == 2}
            value = go.Scatter(x=[1], y=[printed[f"paper, {ensemble}, %"]], mode="markers", marker=mark, **names)
            figure.add_traces([line, value], 1, column)
    figure.update_xaxes(title_text="epochs", rangemode="tozero")
    figure.update_yaxes(title_text="validation accuracy, %", col=1)
    figure.update_layout(margin={"t": 40})
    legend_below(figure, PANEL_PX, 2)
    alt = "Validation accuracy of each branch while it is trained, of an ESR and of a traditional ensemble"
    notes = ["Means over the trials. Open marks are the paper's, read off its plot; it shows none of branch 1."]
    return [Chart("Do branches of an ESR learn faster?", figure, curves, alt, notes)]


def _confusions(tables: Tables) -> list[Chart]:
    """The paper's matrix, and ours in front of it where all runs have finished."""
    ours, printed = tables[""], tables["paper"]
    is_missing = ours.drop(columns="labelled").isna().all(axis=None)
    charts = [] if is_missing else [_matrix(ours, "What does our vote take for what?")]
    return [*charts, _matrix(printed, "What does the paper's vote take for what?")]


def _matrix(frame: pd.DataFrame, question: str) -> Chart:
    classes = [for_chart(name, 14) for name in frame["labelled"]]
    cells = frame.drop(columns="labelled").to_numpy(dtype=float)
    figure = heat_map(cells, classes, classes, most=100, written="%{z:.1f}", trace={"showscale": False})
    figure.update_xaxes(title="predicted")
    figure.update_yaxes(title="labelled")
    figure.update_layout(height=150 + CELL_PX * len(classes))
    return Chart(question, figure, frame, "Confusion matrix in % of each labelled class")


CHARTS: Mapping[str, Callable[[Tables], list[Chart]]] = {
    "figure4": _figure_4,
    "figure5": _figure_5,
    "figure6": _confusions,
    "figure7": _confusions,
}
