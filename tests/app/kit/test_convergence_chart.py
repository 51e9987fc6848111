import pytest

from app.kit import convergence_chart as view
from esr_core.records import EpochRecord


def record(phase: int, num_branches: int) -> EpochRecord:
    """The first validation point of a phase; phase 0 trains all branches in turn."""
    values = (0.5,) * num_branches
    return EpochRecord(phase, 0, values, values, values, 0.5, 0.5, 0.1, 0, 0.0)


@pytest.fixture
def drawn(monkeypatch):
    """Draws the curves of runs and returns the figure."""

    def draw(**histories):
        figures = []
        monkeypatch.setattr(view, "draw_figure", lambda question, figure, *_: figures.append(figure))
        points = view.curves(histories, "accuracy")
        view.convergence_chart(points, dict.fromkeys(histories, "#0072b2"), {run: run for run in histories}, "accuracy")
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
