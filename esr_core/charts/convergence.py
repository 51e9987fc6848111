"""Curves of a training's validation points, one panel per branch being trained, one line per run."""

from collections.abc import Mapping, Sequence
from operator import floordiv, mod

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from esr_core.charts.chart import Chart
from esr_core.charts.curves import Curve, curve_table, curves
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_below
from esr_core.charts.training_measures import EARLIER, SHARED, TRAINING, TrainingMeasure
from esr_core.records import EpochRecord

DASHES = {TRAINING: "dash", EARLIER: "dash", SHARED: "dot"}
MOST_COLUMNS = 5  # panels beside each other that can still be read
PANEL_HEIGHT_PX = 270
LEFT_PX = 76  # the title of the vertical axis and numbers such as 0.0001
MOST_MARKED = 50  # points of a line that can be told apart
THINNED = "Of long phases some points are drawn; all are in the data."
TITLES_HEIGHT_PX = 90  # between two rows of panels: what the upper one counts, what the lower one shows


def convergence_chart(
    histories: Mapping[str, Sequence[EpochRecord]],
    colours: Mapping[str, str],
    names: Mapping[str, str],
    measure: TrainingMeasure,
) -> Chart | None:
    """The curves, long ones thinned; all of their points are in the table. None where there is nothing to draw.

    Args:
        histories: validation points of each run.
        colours: of each run.
        names: what to call each run.
        measure: what to draw of them.
    """
    whole = list(curves(histories, measure))
    if not whole:
        return None

    def table() -> pd.DataFrame:
        points = curve_table(whole)
        return points.assign(run=points["run"].map(names))

    drawn = [curve.thinned() for curve in whole]
    are_left_out = any(len(few.readings) < len(curve.readings) for few, curve in zip(drawn, whole, strict=True))
    notes = [note for note in (measure.note, THINNED if are_left_out else "") if note]
    return Chart(measure.question, _figure(drawn, colours, names, measure), table, _sentence(drawn, measure), notes)


def _figure(
    drawn: Sequence[Curve], colours: Mapping[str, str], names: Mapping[str, str], measure: TrainingMeasure
) -> go.Figure:
    panels, runs = sorted({curve.panel for curve in drawn}), {curve.run for curve in drawn}
    figure, num_columns = _panels(panels, len(runs))
    traces, places = [], []
    named: set[str] = set()  # a run is named once, in the first panel that it has
    for (run, panel, _, _), lines in _joined(drawn).items():
        about = {"name": for_chart(names[run], 80), "legendgroup": run, "showlegend": run not in named}
        traces.append(_trace(lines, colours[run], about))
        places.append(panels.index(panel))
        named.add(run)
    rows, columns = ([part(place, num_columns) + 1 for place in places] for part in (floordiv, mod))
    figure.add_traces(traces, rows, columns)
    # Margins that Plotly measures on its own make it draw everything twice.
    figure.update_xaxes(title_text="epochs", title_standoff=4, rangemode="tozero", automargin=False)
    figure.update_yaxes(automargin=False)
    figure.update_yaxes(title_text=measure.axis, title_standoff=8, col=1)
    if measure.is_logarithmic:
        figure.update_yaxes(type="log", exponentformat="none", dtick=1)
    figure.update_layout(uirevision=f"{measure.key} of {', '.join(sorted(runs))}")
    return figure


def _joined(drawn: Sequence[Curve]) -> dict[tuple[str, int, str, int], list[Curve]]:
    """Curves by the line that draws them: branches trained in earlier phases share one, for a chart of many is slow."""
    lines: dict[tuple[str, int, str, int], list[Curve]] = {}
    for curve in drawn:
        branch = curve.branch if curve.is_of_learner else -1
        lines.setdefault((curve.run, curve.panel, curve.name, branch), []).append(curve)
    return lines


def _sentence(drawn: Sequence[Curve], measure: TrainingMeasure) -> str:
    num_runs, num_panels = (len({getattr(curve, part) for curve in drawn}) for part in ("run", "panel"))
    return f"{measure.axis} of {num_runs} runs against epochs, in {num_panels} panels"


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
    figure.update_layout(margin={"t": 40, "l": LEFT_PX}, legend={"traceorder": "grouped"})
    legend_below(figure, height, num_runs)
    return figure, num_columns


def _trace(lines: Sequence[Curve], colour: str, about: Mapping[str, object]) -> go.Scatter:
    """Curves of one kind, with gaps between them: thin and pale for branches that were trained in earlier phases."""
    first, is_new = lines[0], lines[0].is_of_learner
    branches = [np.full(len(curve.epochs), curve.branch) for curve in lines]
    name = "%{customdata}" if len(lines) > 1 else first.branch
    branch = f"branch {name}, " if first.branch else ""
    return dict(
        type="scatter",
        x=_with_gaps([curve.epochs for curve in lines], np.nan).astype(np.float32),
        y=_with_gaps([curve.readings for curve in lines], np.nan).astype(np.float32),
        customdata=_with_gaps(branches, 0).astype(np.uint8) if len(lines) > 1 else None,
        mode="lines+markers" if is_new and len(first.readings) <= MOST_MARKED else "lines",
        line={"width": 2.5 if is_new else 1, "dash": DASHES.get(first.name, "solid"), "color": colour},
        marker={"symbol": "circle-open" if first.name == TRAINING else "circle"},  # where a line has a single point
        opacity=1.0 if is_new else 0.4,
        cliponaxis=False,  # what is at epoch 0 is drawn whole
        hovertemplate=f"{branch}{first.name}: %{{y:.3g}}<extra>%{{fullData.name}}</extra>",
        **about,
    )


def _with_gaps(parts: Sequence[np.ndarray], gap: float) -> np.ndarray:
    """The parts one after another, a gap between them; as an array, for Plotly takes long over lists."""
    return np.concatenate([each for part in parts for each in (part, [gap])])[:-1]
