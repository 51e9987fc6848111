"""The paper's figures draw its values, whatever is missing of ours."""

import numpy as np
import pandas as pd
import pytest

from esr_core.charts.paper_exhibits import exhibit_charts
from esr_core.emotions import EMOTIONS

NAN = float("nan")


def lines(chart) -> dict[str, list]:
    return {trace.name: np.asarray(trace.y, dtype=float).tolist() for trace in chart.figure.data}


def test_figure_4_has_a_line_for_each_strategy_ours_and_the_papers():
    columns = ["approach", "strategy", "level", "paper, %", "ours, %", "ours ±"]
    rows = [
        ("single network", "", NAN, 85.5, 80.0, 1.0),
        ("traditional ensemble", "", NAN, 89.2, NAN, NAN),
        ("ESR-4 level 1 frozen", "frozen", 1, 88.0, 86.0, 2.0),
        ("ESR-4 level 2 frozen", "frozen", 2, 89.3, NAN, NAN),
    ]
    frame = pd.DataFrame(rows, columns=columns).astype({"level": "Int64"})
    (chart,) = exhibit_charts("figure4", {"": frame})
    drawn = lines(chart)
    assert drawn["frozen"] == pytest.approx([86.0, NAN], nan_ok=True)
    assert drawn["frozen, the paper"] == [88.0, 89.3]
    assert drawn["single network"] == [80.0, 80.0]
    assert drawn["traditional ensemble, the paper"] == [89.2, 89.2]


def test_figure_5_has_a_panel_for_each_branch_and_the_papers_first_epoch():
    first = pd.DataFrame({"branch": [1, 2], "paper, ESR, %": [NAN, 50], "paper, TE, %": [NAN, 25]})
    curves = pd.DataFrame(
        {"branch": [1, 1, 2], "epoch": [0, 1, 1], "ours, ESR, %": [10, 30, 60], "ours, TE, %": [10, 30, 20]}
    )
    (chart,) = exhibit_charts("figure5", {"": first, "curves": curves})
    panels = [annotation.text for annotation in chart.figure.layout.annotations]
    assert panels == ["training branch 1", "training branch 2"]
    second = {trace.name: list(trace.y) for trace in chart.figure.data if trace.xaxis == "x2"}
    assert second["ESR"] == [60]
    assert second["ESR, the paper, after one epoch"] == [50]


def test_confusions_are_drawn_as_ours_and_the_papers():
    frame = pd.DataFrame(np.eye(8) * 100, columns=list(EMOTIONS))
    frame.insert(0, "labelled", list(EMOTIONS))
    ours, printed = exhibit_charts("figure6", {"": frame, "paper": frame.assign(neutral=5.0)})
    assert np.trace(np.asarray(ours.figure.data[0].z)) == 800
    assert np.asarray(printed.figure.data[0].z)[:, 0].tolist() == [5.0] * 8

    (alone,) = exhibit_charts("figure7", {"": frame.assign(**dict.fromkeys(EMOTIONS, NAN)), "paper": frame})
    assert alone.question == "What does the paper's vote take for what?"


def test_tables_have_no_chart():
    assert exhibit_charts("table1", {}) == []
