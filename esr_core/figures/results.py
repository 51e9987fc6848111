"""How good runs are."""

from collections.abc import Callable, Mapping

import pandas as pd
import plotly.graph_objects as go

from esr_core.charts.chart import Chart
from esr_core.charts.confusion import SHARES, confusion_chart
from esr_core.charts.people import people_chart
from esr_core.charts.reliability import reliability_chart
from esr_core.charts.scores import score_chart
from esr_core.errors import MetricError
from esr_core.evaluation import Evaluation, stacked
from esr_core.figures.selection import Runs, colours, entry, named, titles
from esr_core.opened_run import OpenedRun


def scores(runs: Runs, part: str = "test") -> go.Figure:
    """Accuracy with its 95 % interval of every branch, the vote and the mean probability."""
    return _of_tables(runs, part, lambda one: one.scores, score_chart)


def reliability(runs: Runs, part: str = "test") -> go.Figure:
    """Accuracy against confidence of the mean probability."""
    return _of_tables(runs, part, lambda one: one.reliability.to_table(), reliability_chart)


def people(runs: Runs, part: str = "test") -> go.Figure:
    """Accuracy of the vote by what is known of the people on the pictures.

    Raises:
        MetricError: if nothing is known of them.
    """
    return _of_tables(runs, part, lambda one: one.attributes, people_chart)


def confusion(run: OpenedRun, who: str = "vote", part: str = "test", unit: str = SHARES) -> go.Figure:
    """Which class is taken for which: rows are labelled classes, columns predicted ones.

    Args:
        run: a finished one.
        who: a row of ``run.scores()``, such as ``branch 1``; a single network is ``single network``.
        part: ``test`` or ``validation``.
        unit: ``share of the class, %`` or ``pictures``.

    Raises:
        MetricError: if there is no such row.
    """
    evaluated = run.evaluation(part)
    entry(evaluated.confusions, who, "who")
    return confusion_chart(evaluated.confusion_table(who), f"{run.info.label}: {who}", unit).titled()


def _of_tables(
    runs: Runs,
    part: str,
    table: Callable[[Evaluation], pd.DataFrame],
    chart: Callable[[pd.DataFrame, Mapping[str, str], Mapping[str, str]], Chart],
) -> go.Figure:
    """A chart of one table of every run's evaluation."""
    by_name = named(runs)
    rows = stacked({run_id: table(run.evaluation(part)) for run_id, run in by_name.items()})
    if rows.empty:
        raise MetricError(f"the {part} part of {', '.join(by_name)} must have what this chart shows, found none of it")
    return chart(rows, colours(by_name), titles(by_name)).titled()
