"""One face over time: a band for the ensemble and for each branch, and below how far the branches differ."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from esr_core.charts.chart import Chart, Table
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_above
from esr_core.charts.palette import BLACK, BLUE, MUTED, VERMILION, WHITE, class_colours, class_scale
from esr_core.emotions import AFFECT
from esr_core.video import Timeline

BAND_PX, PLOT_PX, GAP_PX, FRAME_PX = 24, 80, 22, 130
MOST_COLUMNS = 600  # that are drawn; all are saved
AFFECT_COLOURS = dict(zip(AFFECT, (BLUE, VERMILION), strict=True))
ABSENT = "this face is not in the frame"


@dataclass(frozen=True, slots=True)
class TimelineView:
    """What is drawn of a face over time."""

    question: str
    class_name: str | None = None  # whose probability; None draws the emotions that are named
    chosen_s: float | None = None  # time of the frame that is looked at
    name: str = ""  # by which zoom is kept while the rest changes


def timeline_chart(face: Timeline, view: TimelineView, table: Table) -> Chart:
    """A face over time; the ``customdata`` of its points is their time in seconds.

    Args:
        face: as one ensemble sees it.
        view: what to draw of it.
        table: the data of the chart.
    """
    columns = np.unique(np.linspace(0, len(face.times_s) - 1, MOST_COLUMNS).round().astype(int))
    names = _row_names(face)
    plots = [_add_disagreement] * (len(names) > 1) + [_add_affect] * (face.affect is not None)
    heights = [BAND_PX * len(names), *[PLOT_PX] * len(plots)]
    gap = GAP_PX / (sum(heights) + GAP_PX * len(plots))
    figure = make_subplots(len(heights), 1, shared_xaxes=True, row_heights=heights, vertical_spacing=gap)
    figure.add_traces(_bands(face, columns, view.class_name), 1, 1)
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=names, autorange="reversed", showgrid=False, row=1)
    for row, add in enumerate(plots, start=2):
        add(figure, row, face, columns)
    if view.chosen_s is not None:
        for colour, width in ((WHITE, 5), (BLACK, 2)):  # to be seen on every colour and ground
            figure.add_vline(view.chosen_s, line={"color": colour, "width": width})
    figure.update_xaxes(range=[face.times_s[0], max(face.times_s[-1], face.times_s[0] + 1e-3)], showgrid=False)
    figure.update_xaxes(title_text="time, s", row=len(heights))
    height = FRAME_PX + sum(heights) + GAP_PX * len(plots)
    figure.update_layout(height=height, hovermode="x", hoverdistance=-1, uirevision=view.name or None)
    legend_above(figure, GAP_PX)
    return Chart(view.question, figure, table, _sentence(face))


def _row_names(face: Timeline) -> list[str]:
    """Of the bands: the ensemble, where there is one, and each branch."""
    num_branches = face.logits.shape[1]
    return ["ensemble"] * (num_branches > 1) + [f"branch {n}" for n in range(1, num_branches + 1)]


def _bands(face: Timeline, columns: np.ndarray, class_name: str | None) -> list[go.Heatmap | go.Scatter]:
    """Cells, points of which each can be clicked, and the legend of emotions where colours are emotions."""
    first = face.classes.shape[1] - len(_row_names(face))  # a single branch is no ensemble
    class_idx = None if class_name is None else face.class_names.index(class_name)
    classes = face.classes if class_idx is None else np.full_like(face.classes, class_idx)
    classes = face.in_all_frames(classes.astype(float))[columns, first:]
    shares = face.in_all_frames(face.shares(class_idx))[columns, first:]
    times_s = face.times_s[columns]
    points = _points(face, times_s, classes, shares)
    if class_name is None:
        return [_emotion_cells(face, times_s, classes), points, *_legend(face, classes)]
    return [_probability_cells(times_s, shares, class_name), points]


def _emotion_cells(face: Timeline, times_s: np.ndarray, classes: np.ndarray) -> go.Heatmap:
    scale, limits = class_scale(face.class_names), {"zmin": -0.5, "zmax": len(face.class_names) - 0.5}
    return go.Heatmap(x=times_s, z=classes.T, colorscale=scale, showscale=False, hoverinfo="skip", ygap=1, **limits)


def _probability_cells(times_s: np.ndarray, shares: np.ndarray, class_name: str) -> go.Heatmap:
    bar = {"title": f"probability of<br>{for_chart(class_name, 24)}", "thickness": 12}
    scale = {"zmin": 0, "zmax": 1, "colorscale": "cividis", "colorbar": bar}
    return go.Heatmap(x=times_s, z=shares.T, hoverinfo="skip", ygap=1, **scale)


def _points(face: Timeline, times_s: np.ndarray, classes: np.ndarray, shares: np.ndarray) -> go.Scatter:
    """What is clicked, since a heat map's cells tell nobody, and what says all of a moment to who points at it."""
    names, rows = [for_chart(name, 24) for name in face.class_names], _row_names(face)

    def words(column: int) -> str:
        if np.isnan(classes[column]).any():
            return ABSENT
        cells = zip(rows, classes[column].astype(int), shares[column], strict=True)
        return "<br>".join(f"{row}: {names[idx]} {share:.2f}" for row, idx, share in cells)

    return go.Scatter(
        x=times_s,
        y=np.zeros(len(times_s)),
        mode="markers",
        marker={"opacity": 0, "color": MUTED},
        customdata=times_s,
        text=list(map(words, range(len(times_s)))),
        hovertemplate="%{x:.2f} s<br>%{text}<extra></extra>",
        showlegend=False,
    )


def _legend(face: Timeline, classes: np.ndarray) -> list[go.Scatter]:
    """A square for each class that is named."""
    colours = class_colours(face.class_names)
    named = np.unique(classes[~np.isnan(classes)]).astype(int)
    return [
        go.Scatter(
            x=[None],
            y=[None],
            mode="markers",
            marker={"symbol": "square", "size": 12, "color": colours[face.class_names[idx]]},
            name=for_chart(face.class_names[idx], 24),
        )
        for idx in named
    ]


def _add_disagreement(figure: go.Figure, row: int, face: Timeline, columns: np.ndarray) -> None:
    values = face.in_all_frames(face.disagreement)[columns]
    style = {"mode": "lines", "line": {"color": MUTED, "width": 1.5, "shape": "hv"}, "fill": "tozeroy"}
    template = "%{y:.0%} of pairs disagree<extra></extra>"
    figure.add_scatter(
        x=face.times_s[columns], y=values, hovertemplate=template, showlegend=False, **style, row=row, col=1
    )
    figure.update_yaxes(range=[0, 1.03], tickformat=".0%", tickvals=[0, 0.5, 1], title_text="disagree", row=row)


def _add_affect(figure: go.Figure, row: int, face: Timeline, columns: np.ndarray) -> None:
    """The branches' mean of valence and of arousal."""
    if face.affect is None:
        return
    means = face.in_all_frames(face.affect.mean(axis=1))[columns]  # (columns, 2)
    for position, (name, colour) in enumerate(AFFECT_COLOURS.items()):
        figure.add_scatter(
            x=face.times_s[columns],
            y=means[:, position],
            mode="lines",
            line={"color": colour, "width": 1.5},
            name=name,
            hovertemplate=f"{name} %{{y:+.2f}}<extra></extra>",
            row=row,
            col=1,
        )
    figure.update_yaxes(range=[-1.05, 1.05], tickvals=[-1, 0, 1], zeroline=True, zerolinecolor=MUTED, row=row)


def _sentence(face: Timeline) -> str:
    """What the chart shows, for those who cannot see it."""
    votes = np.bincount(face.vote.predictions, minlength=len(face.class_names)) / len(face.frames)
    most = ", ".join(f"{face.class_names[idx]} in {votes[idx]:.0%}" for idx in np.argsort(-votes)[:3] if votes[idx])
    apart = "" if np.isnan(face.disagreement).all() else f"; {face.disagreement.mean():.0%} of branch pairs disagree"
    return f"Of {len(face.frames):,} frames with this face: {most}{apart} on average"
