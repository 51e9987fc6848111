"""How often pictures of each kind of people are recognised."""

from collections.abc import Mapping

import pandas as pd

from esr_core.charts.chart import Chart
from esr_core.charts.intervals import accuracy_points, interval_figure

NOTE = "In brackets how many subjects there are; whiskers are 95 % intervals over them."
FEW = 10  # subjects below which the caption warns


def people_chart(scores: pd.DataFrame, colours: Mapping[str, str], names: Mapping[str, str]) -> Chart:
    """The vote's accuracy by what is known of subjects.

    Args:
        scores: run, attribute, value, pictures, subjects, and accuracy with its interval, in [0, 1].
        colours: of each run.
        names: what to call each run.
    """
    counted = scores.groupby(["attribute", "value"], sort=False)["subjects"].transform("max")
    rows = [f"{value} ({count})" for value, count in zip(scores["value"], counted, strict=True)]
    rows = [f"{attribute}: {row}" for attribute, row in zip(scores["attribute"], rows, strict=True)]
    points = accuracy_points(scores.assign(row=rows).sort_values("attribute", kind="stable"))
    figure = interval_figure(points, colours, names, "accuracy of the vote, %")
    alt = f"Accuracy by {', '.join(dict.fromkeys(scores['attribute']))} of {len(colours)} runs"
    table = scores.assign(run=scores["run"].map(names))
    note = NOTE + f" Fewer than {FEW} say little." * bool((scores["subjects"] < FEW).any())
    return Chart("Whose faces are recognised?", figure, table, alt, [note])
