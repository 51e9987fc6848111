"""How often pictures of each kind of people are recognised."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from app.kit.figure import draw_figure
from app.kit.interval_chart import accuracy_points, interval_chart

FEW = 10  # subjects below which the caption warns


def people_chart(scores: pd.DataFrame, colours: Mapping[str, str], names: Mapping[str, str], name: str) -> None:
    """Draw the vote's accuracy by what is known of subjects.

    Args:
        scores: run, attribute, value, pictures, subjects, and accuracy with its interval, in [0, 1].
        colours: of each run.
        names: what to call each run.
        name: of the files it can be saved as.
    """
    counted = scores.groupby(["attribute", "value"], sort=False)["subjects"].transform("max")
    rows = [f"{value} ({count})" for value, count in zip(scores["value"], counted, strict=True)]
    rows = [f"{attribute}: {row}" for attribute, row in zip(scores["attribute"], rows, strict=True)]
    points = accuracy_points(scores.assign(row=rows).sort_values("attribute", kind="stable"))
    figure = interval_chart(points, colours, names, "accuracy of the vote, %")
    alt = f"Accuracy by {', '.join(dict.fromkeys(scores['attribute']))} of {len(colours)} runs"
    table = scores.assign(run=scores["run"].map(names))
    draw_figure("Whose faces are recognised?", figure, table, name, alt)
    told = "In brackets how many subjects there are; whiskers are 95 % intervals over them."
    st.caption(f"{told} Fewer than {FEW} say little." if (scores["subjects"] < FEW).any() else told)
