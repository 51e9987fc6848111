"""How good each branch and each rule of runs is: accuracies with intervals."""

from collections.abc import Mapping

import pandas as pd

from esr_core.charts.chart import Chart
from esr_core.charts.intervals import accuracy_points, interval_figure
from esr_core.metrics.scores import verdict_order


def score_chart(scores: pd.DataFrame, colours: Mapping[str, str], names: Mapping[str, str]) -> Chart:
    """A row for each branch and rule, in it a point for each run.

    Args:
        scores: run, who, accuracy, accuracy_low and accuracy_high, in [0, 1], and what else is known.
        colours: of each run.
        names: what to call each run.
    """
    points = accuracy_points(scores.assign(row=scores["who"])).sort_values("row", key=verdict_order, kind="stable")
    figure = interval_figure(points, colours, names, "accuracy, %")
    alt = f"Accuracy with 95 % intervals of {len(points)} branches and rules of {scores['run'].nunique()} runs"
    table = scores.assign(run=scores["run"].map(names))
    return Chart("How good is each branch, and the ensemble?", figure, table, alt)
