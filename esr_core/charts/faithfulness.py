"""Whether the probability follows the map: curves of every map beside those of maps that know nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.branch_panels import branch_panels
from esr_core.charts.chart import Chart
from esr_core.charts.palette import MUTED, rgb
from esr_core.explanations import Faithfulness

MEASURES = ("deletion", "insertion")
BAND = f"rgba{(*rgb(MUTED), 0.25)}"


@dataclass(frozen=True, slots=True, eq=False)
class CurvePanel:
    """Probabilities of one map's class along the pixels changed, by one measure."""

    own: np.ndarray  # of its map (S,); NaN where that is empty
    random: np.ndarray  # of R random maps (R, S)
    centre: np.ndarray  # of a blob in the centre (S,)


def faithfulness_chart(measured: Faithfulness, titles: Sequence[str], colour: str) -> Chart:
    """A column for each map and a row for each measure.

    Args:
        measured: of M maps of a face.
        titles: of the maps (M).
        colour: of the run.
    """
    rows, shares = {name: _panels(measured, name) for name in MEASURES}, measured.shares
    figure = branch_panels(titles, len(rows))
    for row, (measure, panels) in enumerate(rows.items(), start=1):
        for column, panel in enumerate(panels, start=1):
            for trace in _curves(panel, 100 * shares, colour, in_legend=row == column == 1):
                figure.add_trace(trace, row, column)
        figure.update_yaxes(title_text=measure, row=row, col=1)
    figure.update_xaxes(range=[0, 100], tickvals=[0, 50])  # the next panel's 0 stands where 100 would
    figure.update_xaxes(title_text="pixels changed, %", row=len(rows), col=1)
    figure.update_yaxes(range=[-0.02, 1.02], tickvals=[0, 0.5, 1])
    figure.update_layout(height=150 + 150 * len(rows))
    alt = f"Probability of the class for {len(titles)} maps as pixels are changed: {', '.join(rows)}"
    return Chart("Does the probability follow the map?", figure, _table(rows, titles, shares), alt)


def _panels(measured: Faithfulness, measure: str) -> list[CurvePanel]:
    own, random, centre = (getattr(curves, measure) for curves in (measured.own, measured.random, measured.centre))
    return [CurvePanel(own[n], random[:, n], centre[n]) for n in range(len(own))]


def _curves(panel: CurvePanel, shares: np.ndarray, colour: str, in_legend: bool) -> list[go.Scatter]:
    mean, spread = panel.random.mean(axis=0), panel.random.std(axis=0)
    band = go.Scatter(
        x=np.concatenate([shares, shares[::-1]]),
        y=np.concatenate([mean + spread, (mean - spread)[::-1]]),
        fill="toself",
        fillcolor=BAND,
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )
    lines = [
        ("random maps, mean ± sd", mean, {"color": MUTED, "width": 1.5}),
        ("blob in the centre", panel.centre, {"color": MUTED, "width": 1.5, "dash": "dash"}),
        ("its map", panel.own, {"color": colour, "width": 3}),
    ]
    return [band, *(_line(shares, values, label, line, in_legend) for label, values, line in lines)]


def _line(shares: np.ndarray, values: np.ndarray, label: str, line: dict[str, object], in_legend: bool) -> go.Scatter:
    hover = "%{x:.0f} %: %{y:.2f}<extra>" + label + "</extra>"
    style = {"mode": "lines", "line": line, "name": label, "hovertemplate": hover}
    return go.Scatter(x=shares, y=values, legendgroup=label, showlegend=in_legend, **style)


def _table(rows: Mapping[str, Sequence[CurvePanel]], titles: Sequence[str], shares: np.ndarray) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "measure": measure,
                "map of": title,
                "pixels changed": shares,
                "map": panel.own,
                "random mean": panel.random.mean(axis=0),
                "random sd": panel.random.std(axis=0),
                "centre": panel.centre,
            }
        )
        for measure, panels in rows.items()
        for title, panel in zip(titles, panels, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)
