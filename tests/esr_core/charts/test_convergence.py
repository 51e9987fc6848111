from dataclasses import replace

import numpy as np
import plotly.graph_objects as go

from esr_core.charts.convergence import convergence_chart
from esr_core.charts.curves import MOST_POINTS, curve_table, curves, drawn_points
from esr_core.charts.training_measures import DIVERSITY, MEASURES
from esr_core.records import EpochRecord


def record(phase: int, num_branches: int) -> EpochRecord:
    """The first validation point of a phase; phase 0 trains all branches in turn."""
    values = (0.5,) * num_branches
    return EpochRecord(phase, 0, (None,) * num_branches, values, values, 0.5, 0.5, 0.1, 0, 0.0)


def drawn(measure="accuracy", **histories) -> go.Figure:
    """The curves of runs."""
    names, colours = {run: run for run in histories}, dict.fromkeys(histories, "#0072b2")
    return convergence_chart(histories, colours, names, MEASURES[measure]).figure


def test_every_run_is_named_once_also_where_no_panel_has_them_all():
    figure = drawn(frozen=[record(1, 1), record(2, 2)], interleaved=[record(0, 2)])
    assert sorted(trace.name for trace in figure.data if trace.showlegend) == ["frozen", "interleaved"]


def test_panels_of_nine_branches_stand_in_two_rows():
    figure = drawn(wild=[record(branch, branch) for branch in range(1, 10)])
    panels = {trace.xaxis: figure.layout[trace.xaxis.replace("x", "xaxis")].domain for trace in figure.data}
    assert len(panels) == 9
    assert len(set(panels.values())) == 5  # beside each other
    assert len(drawn(lab=[record(branch, branch) for branch in range(1, 5)]).layout.annotations) == 4


def test_points_at_epoch_0_are_not_cut_by_the_edge_of_their_panel():
    assert [trace.cliponaxis for trace in drawn(run=[record(1, 1)]).data] == [False]


def readings(measure: str, history: list[EpochRecord]) -> list[tuple]:
    """Branch, curve and value of each point."""
    found = curves({"run": history}, (MEASURES | DIVERSITY)[measure])
    return [(curve.branch, curve.name, value) for curve in found for value in curve.readings]


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


def test_a_point_without_a_value_is_left_out_and_one_that_is_no_number_is_a_gap():
    history = [replace(record(1, 1), epoch=epoch, loss=(loss,)) for epoch, loss in enumerate((2.0, np.nan, 1.0))]
    history[1:1] = [replace(history[0], training_loss=(0.25,))]
    validation, training = curves({"run": history}, MEASURES["loss"])
    np.testing.assert_array_equal(validation.readings, [2.0, 2.0, np.nan, 1.0])
    assert (training.epochs.tolist(), training.readings.tolist()) == ([0], [0.25])


def test_a_phase_goes_on_where_its_records_begin_to_say_more():
    older = replace(record(2, 2), training_accuracy=())
    newer = replace(older, epoch=1, training_accuracy=(None, 0.75))
    validation, _, training = curves({"run": [older, newer]}, MEASURES["accuracy"])
    assert validation.epochs.tolist() == [0, 1]
    assert (training.epochs.tolist(), training.readings.tolist()) == ([1], [75.0])


def test_speed_and_memory_are_followed_where_they_are_recorded():
    one = replace(record(1, 1), images_per_second=250.0, device_memory_bytes=3_000_000_000)
    assert readings("speed", [one]) == [(0, "whole network", 250.0)]
    assert readings("memory", [one]) == [(0, "whole network", 3.0)]
    assert readings("speed", [record(1, 1)]) == readings("memory", [record(1, 1)]) == []


def test_training_is_dashed_in_the_colour_of_its_run_and_hidden_with_it():
    learned = replace(record(1, 1), training_accuracy=(0.9,))
    solid, dashed = drawn(run=[learned]).data
    assert (solid.line.dash, dashed.line.dash) == ("solid", "dash")
    assert solid.line.color == dashed.line.color
    assert solid.legendgroup == dashed.legendgroup
    assert (solid.showlegend, dashed.showlegend) == (True, False)


def test_rates_are_drawn_on_a_logarithmic_axis():
    assert drawn("learning rate", run=[record(1, 1)]).layout.yaxis.type == "log"
    assert drawn("loss", run=[record(1, 1)]).layout.yaxis.type is None


def long_history(num_points: int) -> list[EpochRecord]:
    """Two phases, each with so many points."""
    return [replace(record(phase, phase), epoch=epoch) for phase in (1, 2) for epoch in range(num_points)]


def test_of_long_curves_the_ends_and_the_extremes_are_drawn():
    values = np.sin(np.arange(10_001))
    values[[17, 6_543]] = 5.0, -5.0
    values[99] = np.nan
    places = drawn_points(values)
    assert len(places) <= MOST_POINTS + 2
    assert {0, 17, 6_543, 10_000} <= set(places.tolist())
    assert (np.diff(places) > 0).all()
    assert 99 not in places


def test_of_branches_trained_earlier_half_as_many_points_are_drawn():
    history = [replace(record(2, 2), epoch=epoch, accuracy=(epoch % 7 / 7,) * 2) for epoch in range(1000)]
    earlier, learner = (curve.thinned() for curve in curves({"run": history}, MEASURES["accuracy"]))
    assert len(earlier.readings) <= MOST_POINTS // 2 < len(learner.readings) <= MOST_POINTS


def test_short_curves_are_drawn_whole():
    for count in (0, 1, MOST_POINTS):
        np.testing.assert_array_equal(drawn_points(np.arange(count)), np.arange(count))


def test_the_table_of_curves_has_a_row_for_each_point():
    table = curve_table(list(curves({"a": long_history(3), "b": long_history(1)}, MEASURES["accuracy"])))
    assert table.columns.tolist() == ["run", "panel", "branch", "curve", "epoch", "value"]
    assert table[table["run"] == "a"].iloc[:4, 1:].to_numpy().tolist() == [
        [1, 1, "validation", 0, 50.0],
        [1, 1, "validation", 1, 50.0],
        [1, 1, "validation", 2, 50.0],
        [2, 1, "validation", 0, 50.0],
    ]
    assert len(table) == 3 * (3 + 1)


def test_branches_trained_in_earlier_phases_share_one_line_with_gaps():
    figure = drawn(run=[replace(record(3, 3), epoch=epoch, accuracy=(0.1, 0.2, 0.3)) for epoch in (0, 1)])
    pale, bold = sorted(figure.data, key=lambda trace: trace.opacity)
    np.testing.assert_allclose(pale.y, [10.0, 10.0, np.nan, 20.0, 20.0])
    np.testing.assert_array_equal(pale.customdata, [1, 1, 0, 2, 2])  # nobody points at a gap
    assert pale.hovertemplate.startswith("branch %{customdata}, validation")
    assert bold.hovertemplate.startswith("branch 3, validation")
    np.testing.assert_allclose(bold.y, [30.0, 30.0])


def test_the_table_has_every_point_and_a_sentence_says_so():
    charts = [
        convergence_chart({"a": long_history(count)}, {"a": "#0072b2"}, {"a": "A"}, MEASURES["accuracy"])
        for count in (5, 1000)
    ]
    assert [len(chart.table()) for chart in charts] == [5 + 2 * 5, 1000 + 2 * 1000]
    assert set(charts[0].table()["run"]) == {"A"}
    assert [any("some points are drawn" in note for note in chart.notes) for chart in charts] == [False, True]


def test_there_is_no_chart_of_runs_without_a_point():
    assert convergence_chart({"a": []}, {}, {}, MEASURES["accuracy"]) is None
