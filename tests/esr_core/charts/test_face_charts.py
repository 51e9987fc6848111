"""Charts of one face, by hand."""

import numpy as np
import pytest

from esr_core.charts.face_affect import FaceAffect, face_affect_chart
from esr_core.charts.face_regions import RegionShares, face_region_chart
from esr_core.charts.probabilities import probability_chart
from esr_core.emotions import FACE_REGIONS


def test_a_map_without_evidence_is_marked_and_has_no_bar():
    even, nowhere = np.full(8, 1 / 8), np.full(8, np.nan)
    maps = [RegionShares("branch 1", "fear", even), RegionShares("branch 2", "fear", nowhere)]
    figure = face_region_chart({"esr": maps}, even).figure
    (mark,) = [note for note in figure.layout.annotations if note.text == "no positive evidence"]
    assert (mark.y, mark.yref) == (1, "y2")
    shown = np.array([trace.x for trace in figure.data if trace.yaxis == "y2"], dtype=float)
    assert np.isnan(shown[:, 1]).all()
    assert [trace.name for trace in figure.data if trace.showlegend] == list(FACE_REGIONS)
    inks = {trace.name: trace.insidetextfont.color for trace in figure.data}
    assert (inks["brows"], inks["eyes"]) == ("#ffffff", "#000000"), "on blue, on orange"


@pytest.mark.parametrize(("num_branches", "traces"), [(1, 1), (2, 2), (3, 3)])
def test_an_ellipse_needs_three_branches_and_a_mean_two(num_branches, traces):
    branches = np.random.default_rng(0).uniform(-1, 1, (num_branches, 2))
    ellipse = np.zeros((5, 2)) if num_branches > 2 else np.full((5, 2), np.nan)
    chart = face_affect_chart([FaceAffect("run", "#0072b2", branches, ellipse)])
    assert len(chart.figure.data) == traces
    assert sum(bool(trace.showlegend is not False) for trace in chart.figure.data) == 1
    assert len(chart.notes) == (num_branches > 1)


def test_numbers_of_branches_stand_on_the_colour_of_their_run():
    branches = np.array([[0.0, 0.1], [0.2, 0.3]])
    each, centre = face_affect_chart([FaceAffect("run", "#e69f00", branches, np.full((5, 2), np.nan))]).figure.data
    assert list(each.text) == ["1", "2"]
    assert (each.marker.color, each.textfont.color) == ("#e69f00", "#000000")
    assert centre.marker.symbol == "diamond"


def test_a_class_may_be_called_as_the_column_of_branches():
    branches = np.array([[0.25, 0.75], [0.75, 0.25]])
    table = probability_chart("run", ("row", "calm"), branches, branches.mean(axis=0)).table
    assert table.columns.tolist() == ["row", "row", "calm"]
    assert table.iloc[:, 1].tolist() == [0.25, 0.75, 0.5]
