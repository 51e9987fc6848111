"""Which runs are listed, and what is said of those that are."""

import pytest

from app.runs.best_values import best_values
from app.runs.run_fields import num_equal_settings
from app.runs.run_filter import RunFilter, all_fields, has_range
from esr_core.charts.parallel import parallel_chart
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.evaluation.axes import axes_of, first_axes, setting_fields
from esr_core.records import RunInfo, RunNotes, RunStatus


def run(run_id: str, accuracy: float | None, notes: RunNotes | None = None, level: int = 3, **settings) -> RunInfo:
    """A run that has finished if it has an accuracy."""
    results = {} if accuracy is None else {"accuracy": accuracy}
    status = RunStatus("cancelled" if accuracy is None else "finished", 0.0, results=results)
    network = NetworkConfig(branching_level=level, num_branches=2)
    config = TrainingConfig(**{"data": "sets/toy", "network": network, **settings})
    return RunInfo(run_id, status, config, None, None, None, notes or RunNotes())


RUNS = [
    run("a", 0.7, RunNotes("The Best", ("paper", "old"), "never again")),
    run("b", 0.8, strategy="frozen"),
    run("c", None, RunNotes(tags=("paper",)), level=0),
    run("d", 0.6, data="sets/other"),
]


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        (RunFilter(), "abcd"),
        (RunFilter("best AGAIN"), "a"),
        (RunFilter("TE-2"), "c"),
        (RunFilter("toy finished"), "ab"),
        (RunFilter(values={"tags": ["paper"]}), "ac"),
        (RunFilter(values={"tags": ["old", "n/a"]}), "abd"),
        (RunFilter(values={"strategy": ["varied"], "state": []}), "acd"),
        (RunFilter(values={"network.branching_level": ["0"]}), "c"),
        (RunFilter(bounds={"test, %": (70.0, None)}), "ab"),
        (RunFilter(bounds={"test, %": (None, 70.0)}), "ad"),
        (RunFilter(bounds={"test, %": (None, None)}), "abcd"),
    ],
    ids=range(11),
)
def test_runs_are_searched_and_filtered_by_any_field(asked, listed):
    rows = all_fields(RUNS).to_dict("records")
    assert "".join(each.run_id for each, row in zip(RUNS, rows, strict=True) if asked.matches(row)) == listed


def test_only_a_field_of_many_numbers_has_a_range():
    fields = all_fields([run(str(seed), None, seed=seed) for seed in range(9)])
    assert has_range(fields["seed"])
    assert not has_range(fields["id"])
    assert not has_range(all_fields(RUNS)["network.branching_level"])


def test_settings_that_all_runs_share_are_left_out():
    settings = setting_fields(RUNS)
    assert settings.columns.tolist() == ["data", "network.branching_level", "strategy"]
    assert settings["strategy"].tolist() == ["varied", "frozen", "varied", "varied"]
    assert num_equal_settings(RUNS[:1]) == num_equal_settings(RUNS) + 3


def test_the_best_of_each_set_is_said_and_of_one_run_nothing():
    assert best_values(RUNS) == ["Best of 3 on toy: test 80.0 %: ESR-2 level 3 frozen (b)."]
    assert best_values([]) == []
    others = [run(name, 0.9, data="other/sets/toy") for name in "xy"]
    assert best_values([*RUNS, *others])[1:] == ["Best of 2 on toy: test 90.0 %: ESR-2 level 3 varied (x)."]
    assert best_values([*RUNS, *others])[:1] == best_values(RUNS)


def test_shared_layers_alone_are_the_best_of_nothing():
    shared = run("e", None).config.replace(network=NetworkConfig(branching_level=4, num_branches=0))
    alone = RunInfo("e", RunStatus("finished", 0.0), shared, None, None, None, RunNotes())
    assert best_values([*RUNS, alone]) == best_values(RUNS)


def test_axes_are_the_settings_that_differ_and_the_results_there_are():
    axes = axes_of(RUNS)
    assert first_axes(axes) == ["network.branching_level", "strategy", "test, %"]
    drawn = axes[first_axes(axes)].assign(run=list("abcd")).set_index("run")
    lines = parallel_chart(drawn, {}).figure.data[0]
    assert [axis.label for axis in lines.dimensions] == first_axes(axes)
    assert list(lines.dimensions[1]["values"]) == [1, 0, 1]  # frozen, varied
    assert lines.dimensions[1].ticktext == ("frozen", "varied")
    assert list(lines.line.color) == pytest.approx([70.0, 80.0, 60.0])
    named = parallel_chart(drawn, dict(zip("abd", ("#000001", "#000002", "#000003"), strict=True))).figure.data[0]
    assert named.dimensions[0].ticktext == ("a", "b", "d")
    assert named.line.colorscale[-1] == (1.0, "#000003")
