"""Branches' disagreement against annotators', picture by picture in steps."""

from collections.abc import Mapping
from math import isnan

import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.labels import for_chart
from esr_core.charts.legend import legend_below
from esr_core.charts.p_value import p_text
from esr_core.evaluation import BesideAnnotators

QUESTION = "Do branches disagree where people do?"
PLOT_PX = 290


def annotator_chart(
    found: Mapping[str, BesideAnnotators], colours: Mapping[str, str], names: Mapping[str, str]
) -> Chart:
    """A line for each run, and its number in a note.

    Args:
        found: of each run whose pictures annotators voted on.
        colours: of each run.
        names: what to call each run.
    """
    figure = go.Figure()
    for run, beside in found.items():
        figure.add_scatter(
            x=beside.steps["entropy"],
            y=beside.steps["disagreement"],
            mode="lines+markers",
            name=for_chart(names[run], 80),
            line_color=colours[run],
            customdata=beside.steps["pictures"],
            hovertemplate="%{x:.2f} bits: %{y:.1f} %, %{customdata:,} pictures<extra>%{fullData.name}</extra>",
            showlegend=True,
        )
    figure.update_xaxes(title="entropy of the annotators' votes, bits", rangemode="tozero")
    figure.update_yaxes(title="pairs of branches that differ, %", rangemode="tozero")
    legend_below(figure, PLOT_PX, len(found))
    table = pd.concat([beside.steps.assign(run=names[run]) for run, beside in found.items()])
    alt = f"Disagreement of the branches of {len(found)} runs against that of annotators"
    return Chart(QUESTION, figure, table, alt, [f"{names[run]}: {_sentence(beside)}" for run, beside in found.items()])


def _sentence(beside: BesideAnnotators) -> str:
    told = "n/a" if isnan(beside.rho) else f"{beside.rho:.2f}, {p_text(beside.p_value)}"
    return f"Spearman's rank correlation over {beside.num_pictures:,} pictures {told}"
