"""Page Frontier: points of runs, groups and the paper, where they are no other page's numbers but these."""

import numpy as np
import pytest
import streamlit as st

from app import answers
from esr_core.charts.frontier import LINE_PX, label_shifts, round_costs
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.records import FaceTime
from tests.app.conftest import charts, open_page, sentences, store_run
from tests.app.deciding import CLASSES, prepare_faces, said, store_ensemble
from tests.simulated import store_sweep


@pytest.fixture
def decided(store, tmp_path):
    """An ensemble right on five of six faces, a traditional one on all, a single network on three."""
    faces = prepare_faces(tmp_path / "esr_prepared", "own", has_votes=False)
    store_ensemble(store, faces, "esr", level=3)
    store_ensemble(store, faces, "te", said([*CLASSES[:3], *CLASSES[:3]]), level=0)
    store_ensemble(store, faces, "single", said([row[2:] for row in CLASSES]))
    return store


def points(app) -> dict[str, tuple[float, float, str]]:
    """Cost, value and mark of each point by the label beside it; the first trace is the line."""
    (chart,) = charts(app)
    names = [note["text"] for note in chart["layout"]["annotations"]]
    values = [(trace["x"][0], trace["y"][0], trace["marker"]["symbol"]) for trace in chart["data"][1:]]
    return dict(zip(names, values, strict=True))


def test_runs_are_points_at_their_parameters_and_accuracy_with_the_intervals_of_page_evaluation(decided):
    app = open_page("frontier", runs="esr,te,single")
    drawn = points(app)
    assert {name: cost for name, (cost, *_) in drawn.items()} == {
        "ESR-3 level 3 varied": answers.run("esr").parameters.total,
        "TE-3": answers.run("te").parameters.total,
        "single network": answers.run("single").parameters.total,
    }
    estimate = answers.evaluation("esr").accuracy
    trace = charts(app)[0]["data"][1]
    assert trace["y"] == [100 * estimate.value]
    assert trace["error_y"]["array"] == [pytest.approx(100 * (estimate.high - estimate.value))]
    assert trace["marker"]["color"] != charts(app)[0]["data"][2]["marker"]["color"]


def test_the_line_joins_what_nothing_cheaper_equals(decided):
    line = charts(open_page("frontier", runs="esr,te,single"))[0]["data"][0]
    assert line["x"] == [answers.run(run_id).parameters.total for run_id in ("single", "esr", "te")]
    assert line["y"] == pytest.approx([50, 100 * 5 / 6, 100])


def test_costs_are_counted_or_measured(decided, monkeypatch):
    times = {"esr": 0.003, "te": 0.008}
    networks = {answers.run(name).config.network: FaceTime(seconds, 15, "cpu") for name, seconds in times.items()}
    monkeypatch.setattr("app.answers.costs.time_for_a_face", lambda network, _: networks[network])
    st.cache_resource.clear()
    measured = points(open_page("frontier", runs="esr,te", cost="measured time"))
    assert [cost for cost, *_ in measured.values()] == [3.0, 8.0]
    counted = points(open_page("frontier", runs="te,single", cost="multiply-adds"))
    assert counted["TE-3"][0] == 3 * counted["single network"][0]


def test_disagreement_leaves_single_networks_out_with_a_sentence(decided):
    app = open_page("frontier", runs="esr,te,single", quality="label disagreement")
    assert points(app)["ESR-3 level 3 varied"][1] == pytest.approx(7 / 18)
    assert "single" not in " ".join(points(app))
    assert "needs two branches or more" in " ".join(caption.value for caption in app.caption)


def test_the_papers_values_are_open_marks_of_accuracy_alone_and_said_to_be_of_other_data(decided):
    app = open_page("frontier", runs="esr", paper="true")
    drawn = points(app)
    assert drawn["ESR-4 Lvl. 3, CK+"] == (355_104, 89.4, "diamond-open")
    assert drawn["ESR-9, FER+"][1] == 87.15
    assert "The data differ from those of your runs" in " ".join(caption.value for caption in app.caption)
    app.selectbox(key="quality").set_value("balanced accuracy").run()
    assert list(points(app)) == ["ESR-3 level 3 varied"]


def test_a_group_is_one_point_at_the_mean_of_its_trials(store, prepared_faces):
    base = TrainingConfig(data=str(prepared_faces / "tiny"), network=NetworkConfig(num_branches=3))
    trials = store_sweep(store, base, 0.7, folds=[0, 1, 2])
    app = open_page("frontier", runs=trials[0])
    ((name, (_, value, _)),) = points(app).items()
    assert name == "ESR-3 level 3 varied, 3 trials"
    assert value == pytest.approx(100 * np.mean([answers.evaluation(run_id).accuracy.value for run_id in trials]))
    app.toggle(key="together").set_value(False).run()
    app.segmented_control(key="of").set_value("all finished runs").run()
    assert len(charts(app)[0]["data"]) == 1 + 3


def test_the_interval_of_two_trials_ends_at_what_an_accuracy_can_be(store, prepared_faces):
    base = TrainingConfig(data=str(prepared_faces / "tiny"), network=NetworkConfig(num_branches=3))
    store_sweep(store, base, 0.6, folds=[0, 1])
    (group,) = answers.groups()
    value, low, high = answers.quality_of_group(group, "accuracy")
    assert 0 <= low < value < high == 1


def test_runs_that_cannot_be_drawn_are_named_and_nothing_else_breaks(store):
    store_run(store, "untested")
    store_run(store, "young", trained=1)
    app = open_page("frontier", runs="untested,young")
    assert not app.exception
    assert "None of these runs can be drawn" in sentences(app)
    captions = " ".join(caption.value.replace("\\", "") for caption in app.caption)
    assert "(untested) is left out" in captions
    assert "(young) is left out" in captions


def test_labels_that_would_lie_on_each_other_are_moved_apart():
    boxes = np.array([[0, 100, 50], [50, 150, 55], [200, 300, 50], [90, 210, 50]], dtype=float)
    shifts = label_shifts(boxes)
    assert shifts[0] == shifts[2] == 0
    heights = boxes[:, 2] + shifts
    for one, other in ((0, 1), (0, 3), (1, 3), (2, 3)):
        assert abs(heights[one] - heights[other]) >= LINE_PX


def test_an_axis_of_logarithms_has_ticks_at_round_numbers():
    assert round_costs(131_208, 20_000_000) == [1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 2e7]
    assert round_costs(3, 40) == [2, 5, 10, 20, 50]
