from dataclasses import replace

import pytest

from app.kit import convergence_chart as view
from app.kit.training_measures import DIVERSITY, MEASURES
from esr_core.records import EpochRecord


def record(phase: int, num_branches: int) -> EpochRecord:
    """The first validation point of a phase; phase 0 trains all branches in turn."""
    values = (0.5,) * num_branches
    return EpochRecord(phase, 0, (None,) * num_branches, values, values, 0.5, 0.5, 0.1, 0, 0.0)


@pytest.fixture
def drawn(monkeypatch):
    """Draws the curves of runs and returns the figure."""

    def draw(measure="accuracy", **histories):
        figures = []
        monkeypatch.setattr(view, "draw_figure", lambda question, figure, *_: figures.append(figure))
        names, colours = {run: run for run in histories}, dict.fromkeys(histories, "#0072b2")
        assert view.convergence_chart(histories, colours, names, MEASURES[measure])
        return figures[0]

    return draw


def test_every_run_is_named_once_also_where_no_panel_has_them_all(drawn):
    figure = drawn(frozen=[record(1, 1), record(2, 2)], interleaved=[record(0, 2)])
    assert sorted(trace.name for trace in figure.data if trace.showlegend) == ["frozen", "interleaved"]


def test_panels_of_nine_branches_stand_in_two_rows(drawn):
    figure = drawn(wild=[record(branch, branch) for branch in range(1, 10)])
    panels = {trace.xaxis: figure.layout[trace.xaxis.replace("x", "xaxis")].domain for trace in figure.data}
    assert len(panels) == 9
    assert len(set(panels.values())) == 5  # beside each other
    assert len(drawn(lab=[record(branch, branch) for branch in range(1, 5)]).layout.annotations) == 4


def test_points_at_epoch_0_are_not_cut_by_the_edge_of_their_panel(drawn):
    assert [trace.cliponaxis for trace in drawn(run=[record(1, 1)]).data] == [False]


def readings(measure: str, history: list[EpochRecord]) -> list[tuple]:
    """Branch, curve and value of each point."""
    points = view.curves({"run": history}, (MEASURES | DIVERSITY)[measure])
    return list(points[["branch", "curve", "value"]].itertuples(index=False, name=None))


def test_what_the_branch_in_training_scores_on_training_pictures_stands_beside_validation():
    learned = replace(record(2, 2), accuracy=(0.5, 0.6), training_accuracy=(0.8, 0.9), training_loss=(0.2, 0.1))
    assert readings("accuracy", [learned]) == [
        (1, "validation", 50.0),
        (2, "validation", 60.0),
        (2, "training", 90.0),
    ]
    assert (2, "training", 0.1) in readings("loss", [learned])


def test_before_any_update_there_is_no_training_accuracy():
    first = replace(record(1, 1), training_accuracy=(None,), training_loss=(None,))
    assert [curve for _, curve, _ in readings("accuracy", [first])] == ["validation"]


def test_of_branches_trained_in_turn_all_are_learning():
    interleaved = replace(record(0, 2), training_accuracy=(0.7, 0.8))
    assert [branch for branch, curve, _ in readings("accuracy", [interleaved]) if curve == "training"] == [1, 2]


def test_the_rate_of_each_part_is_followed_but_for_what_is_frozen():
    varied = replace(record(2, 2), learning_rate=0.1, shared_learning_rate=0.02, trained_branch_learning_rate=0.03)
    expected = [(0, "newest branch", 0.1), (0, "earlier branches", 0.03), (0, "shared layers", 0.02)]
    assert readings("learning rate", [varied]) == expected
    frozen = replace(varied, shared_learning_rate=None, trained_branch_learning_rate=None)
    assert readings("learning rate", [frozen]) == expected[:1]


def test_speed_and_memory_are_followed_where_they_are_recorded():
    one = replace(record(1, 1), images_per_second=250.0, device_memory_bytes=3_000_000_000)
    assert readings("speed", [one]) == [(0, "whole network", 250.0)]
    assert readings("memory", [one]) == [(0, "whole network", 3.0)]
    assert readings("speed", [record(1, 1)]) == readings("memory", [record(1, 1)]) == []


def test_training_is_dashed_in_the_colour_of_its_run_and_hidden_with_it(drawn):
    learned = replace(record(1, 1), training_accuracy=(0.9,))
    solid, dashed = drawn(run=[learned]).data
    assert (solid.line.dash, dashed.line.dash) == ("solid", "dash")
    assert solid.line.color == dashed.line.color
    assert solid.legendgroup == dashed.legendgroup
    assert (solid.showlegend, dashed.showlegend) == (True, False)


def test_rates_are_drawn_on_a_logarithmic_axis(drawn):
    assert drawn("learning rate", run=[record(1, 1)]).layout.yaxis.type == "log"
    assert drawn("loss", run=[record(1, 1)]).layout.yaxis.type is None


def long_history(num_points: int) -> list[EpochRecord]:
    """Two phases, each with so many points."""
    return [replace(record(phase, phase), epoch=epoch) for phase in (1, 2) for epoch in range(num_points)]


def test_of_long_phases_some_points_are_drawn_the_first_and_the_last_among_them():
    few = view.thinned(long_history(10_001))
    assert len(few) <= 2 * view.MOST_POINTS + 2
    assert [(each.branch, each.epoch) for each in few if each.epoch in (0, 10_000)] == [
        (1, 0),
        (1, 10_000),
        (2, 0),
        (2, 10_000),
    ]
    short = long_history(view.MOST_POINTS)
    assert list(view.thinned(short)) == short
    assert list(view.thinned([])) == []


def test_the_file_to_save_has_every_point_and_a_sentence_says_so(monkeypatch):
    saved, notes = [], []
    monkeypatch.setattr(view, "draw_figure", lambda question, figure, table, *_: saved.append(table()))
    monkeypatch.setattr(view.st, "caption", notes.append)
    for count in (5, 1000):
        view.convergence_chart({"a": long_history(count)}, {"a": "#0072b2"}, {"a": "A"}, MEASURES["accuracy"])
    assert [len(table) for table in saved] == [5 + 2 * 5, 1000 + 2 * 1000]
    assert set(saved[0]["run"]) == {"A"}
    assert sum("some points are drawn" in note for note in notes) == 1


def test_nothing_is_drawn_of_runs_without_a_point(monkeypatch):
    monkeypatch.setattr(view, "draw_figure", lambda *_: pytest.fail("there is nothing to draw"))
    assert not view.convergence_chart({"a": []}, {}, {}, MEASURES["accuracy"])
