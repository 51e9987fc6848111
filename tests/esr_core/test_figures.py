"""Charts of opened runs: the numbers in them are those of the runs' tables."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

import esr_core as esr
from esr_core import explanations
from esr_core.charts.chart import Chart
from esr_core.charts.legend import legend_above, legend_below
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.builtin import sample_face
from esr_core.data.face_parts import template_parts
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DataError, ExplanationError, MetricError
from esr_core.explanations import AttributionSettings
from esr_core.opened_run import OpenedRun
from esr_core.reproduction import EXPERIMENTS, SCALES, Request, plan_runs, sets_in_place
from esr_core.run_store import RunStore
from esr_core.video import write_drawn_clip
from tests.app.deciding import CLASSES, LABELS, prepare_faces, said, store_ensemble
from tests.planted import planted_set
from tests.simulated import store_simulated, store_sweep

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run() -> OpenedRun:
    return esr.open_run("gallery-level3-varied", PROJECT / "runs")


@pytest.fixture(scope="module")
def single() -> OpenedRun:
    return esr.open_run("gallery-single", PROJECT / "runs")


@pytest.fixture
def voted(tmp_path) -> OpenedRun:
    """An ensemble of three branches on six faces that annotators voted on."""
    faces = prepare_faces(tmp_path / "sets", "voted", has_votes=True)
    store = RunStore(tmp_path / "runs")
    store_ensemble(store, faces, "voted")
    return OpenedRun(store, "voted")


def traces(figure: go.Figure, kind: str) -> list:
    return [trace for trace in figure.data if trace.type == kind]


def test_curves_end_in_the_last_validation_point(run, single):
    figure = esr.figures.convergence([run, single], "ensemble accuracy")
    last = run.history().iloc[-1]
    (own,) = [trace for trace in figure.data if trace.name == run.info.title and trace.xaxis == "x4"]
    assert own.y[-1] == pytest.approx(100 * last["ensemble_accuracy"])
    assert {trace.name for trace in figure.data} == {run.info.title, single.info.title}
    assert figure.layout.title.text == "How accurate is the vote after so many epochs?"


def test_scores_and_confusions_are_those_of_the_tables(run):
    (points,) = esr.figures.scores(run).data
    table = run.scores().set_index("who").loc[["branch 1", "branch 2", "branch 3", "branch 4", "vote"]]
    np.testing.assert_allclose(points.x[:5], 100 * table["accuracy"])
    np.testing.assert_allclose(points.error_x.array[:5], 100 * (table["accuracy_high"] - table["accuracy"]))
    cells, _ = esr.figures.confusion(run, "branch 2", unit="pictures").data
    np.testing.assert_array_equal(cells.z, run.evaluation().confusions["branch 2"])


def test_reliability_leaves_empty_bins_out(run):
    _, line = esr.figures.reliability(run).data
    bins = run.evaluation().reliability.to_table()
    np.testing.assert_array_equal(line.customdata, bins["pictures"][bins["pictures"] > 0])


def test_diversity_is_drawn_between_every_two_branches(run):
    classes = run.store.predictions(run.run_id, "test").classes
    cells, _ = traces(esr.figures.diversity(run), "heatmap")
    assert cells.z[0][1] == pytest.approx((classes[:, 0] != classes[:, 1]).mean())
    (points,) = esr.figures.kappa_error(run).data
    assert len(points.x) == 6
    (of_classes,) = esr.figures.diversity_by_class(run).data
    assert len(of_classes.x) == len(run.class_names)


def test_what_needs_the_pictures_is_asked_of_the_prepared_set(voted):
    cells, _ = traces(esr.figures.diversity(voted, "feature alignment"), "heatmap")
    assert np.isnan(np.diagonal(cells.z)).all()
    assert 0 <= cells.z[0][1] <= 1
    (line,) = esr.figures.annotators(voted).data
    assert sum(line.customdata) == len(LABELS)
    assert isinstance(voted.prepared_set(), PreparedSet)


def test_parameters_add_up_and_a_level_costs_what_a_run_of_it_does(run):
    shared, repeated = esr.figures.parameters(run).data
    assert shared.x[0] + repeated.x[0] == run.info.parameters.total == 355_104
    of_levels = esr.figures.levels("lab", num_branches=4).data
    assert of_levels[0].x[3] + of_levels[1].x[3] == 355_104
    assert list(of_levels[0].y) == [f"level {level}" for level in range(6)]


def test_quality_stands_over_what_is_counted(run, single):
    _, *points = esr.figures.frontier([run, single], cost="multiply-adds").data
    assert [point.customdata[0] for point in points] == [run.run_id, single.run_id]
    assert points[0].y[0] == pytest.approx(100 * run.info.status.test_accuracy)
    assert points[0].x[0] > points[1].x[0]
    with_paper = esr.figures.frontier(run, with_paper=True).data
    assert sum(point.marker.symbol == "diamond-open" for point in with_paper[1:]) > 1
    with pytest.raises(MetricError, match="with_paper needs the quality accuracy, got balanced accuracy"):
        esr.figures.frontier(run, "balanced accuracy", with_paper=True)
    (_, balanced) = esr.figures.frontier(run, "balanced accuracy").data
    assert balanced.y[0] == pytest.approx(100 * run.scores().set_index("who").loc["vote", "balanced_accuracy"])


def test_what_cannot_be_drawn_is_named(run, single):
    with pytest.raises(MetricError, match=r"measure must be one of accuracy, .*, got 'beauty'"):
        esr.figures.convergence(run, "beauty")
    with pytest.raises(MetricError, match="runs must have recorded memory, found no validation point"):
        esr.figures.convergence(run, "memory")
    with pytest.raises(MetricError, match=r"who must be one of branch 1, .*, got 'nobody'"):
        esr.figures.confusion(run, "nobody")
    with pytest.raises(MetricError, match="a single branch has no diversity"):
        esr.figures.diversity([run, single])
    with pytest.raises(MetricError, match="one or several of different names"):
        esr.figures.scores([run, run])
    with pytest.raises(MetricError, match="must have what this chart shows"):
        esr.figures.people(run)


def test_sets_without_votes_have_no_annotators(tmp_path):
    faces = prepare_faces(tmp_path / "sets", "plain", has_votes=False)
    store = RunStore(tmp_path / "runs")
    store_ensemble(store, faces, "plain", said([[label] * 2 for label in LABELS]))
    with pytest.raises(MetricError, match="must count votes of annotators, found none"):
        esr.figures.annotators(OpenedRun(store, "plain"))


def test_a_face_has_a_row_for_each_branch_and_their_mean(run):
    face = run.explain(sample_face(5))
    cells, _ = esr.figures.probabilities(face).data
    np.testing.assert_allclose(cells.z, face.table.to_numpy(), atol=1e-6)


def test_a_face_is_drawn_by_regions_and_pairs_of_branches(run, single):
    face, alone = run.explain(sample_face(5)), single.explain(sample_face(5))
    bars = esr.figures.face_regions([face, alone]).data
    expected = explanations.region_shares(np.stack(face.maps.maps), template_parts())
    np.testing.assert_allclose([[bar.x[n] for bar in bars if bar.yaxis == "y2"] for n in range(5)], expected)
    ranks, *_ = traces(esr.figures.agreement(face), "heatmap")
    assert ranks.z[0][1] == pytest.approx(explanations.rank_correlation(np.maximum(face.maps.branches, 0))[0, 1])
    with pytest.raises(MetricError, match="face must be explained by several branches to compare them, got one"):
        esr.figures.agreement(alone)
    with pytest.raises(MetricError, match="must be explained by runs with an affect head"):
        esr.figures.face_affect(face)


def test_runs_of_one_kind_are_all_drawn(tmp_path):
    faces, store = prepare_faces(tmp_path / "sets", "two", has_votes=False), RunStore(tmp_path / "runs")
    runs = [OpenedRun(store, store_ensemble(store, faces, name)) for name in ("one", "other")]
    assert runs[0].info.label == runs[1].info.label
    figure = esr.figures.face_regions([run.explain(sample_face(5)) for run in runs])
    titles = [note.text for note in figure.layout.annotations]
    assert all(any(run.run_id in title for title in titles) for run in runs)
    twice = [runs[0].explain(sample_face(5))] * 2
    with pytest.raises(MetricError, match="faces must be one or several, each of another run"):
        esr.figures.face_regions(twice)


def test_runs_without_a_class_on_any_test_picture_have_no_quality(tmp_path):
    faces, store = prepare_faces(tmp_path / "sets", "unrated", has_votes=False), RunStore(tmp_path / "runs")
    names = [store_ensemble(store, faces, name, said(CLASSES, [-1] * 6)) for name in ("one", "other")]
    with pytest.raises(MetricError, match="one must have test pictures with a class, found none"):
        esr.figures.frontier([OpenedRun(store, name) for name in names])


def test_what_an_edit_changes_is_drawn_before_and_after(run):
    before, after = run.explain(sample_face(5)), run.explain(sample_face(6))
    rings = [trace for trace in esr.figures.what_if(before, after).data if trace.name == "before"]
    np.testing.assert_allclose(rings[1].x, before.table.loc["branch 2"])
    votes = np.bincount(before.maps.logits.argmax(axis=1), minlength=8) / 4
    np.testing.assert_allclose(rings[4].x, votes)


def test_maps_are_taken_away_from_and_the_network_randomised(run):
    face = run.explain(sample_face(5))
    settings = explanations.FaithfulnessSettings(steps=4, random_maps=2)
    own = [each for each in esr.figures.faithfulness(run, face, settings).data if each.name == "its map"]
    assert [each.y[0] for each in own[:4]] == pytest.approx(
        [row.max() for row in face.table.iloc[:4].to_numpy()], abs=1e-3
    ), "before anything is taken away"
    lines = esr.figures.randomisation(run, face, repeats=1).data
    assert [len(line.x) for line in lines] == [6] * 5, "six layers, four branches and the ensemble"


def test_maps_of_valence_are_not_tested_as_if_they_were_of_a_class(run):
    face = run.explain(sample_face(5))
    about_valence = replace(face, maps=replace(face.maps, settings=AttributionSettings(quantity="valence")))
    for figure in (esr.figures.faithfulness, esr.figures.randomisation):
        with pytest.raises(ExplanationError, match=r"face must be explained for classes, .*, got valence"):
            figure(run, about_valence)


def test_several_faces_and_a_prepared_set_are_drawn(voted):
    prepared = voted.prepared_set()
    cells, *_ = traces(esr.figures.answers(voted, list(prepared.images)), "heatmap")
    logits = voted.logits(prepared.images)
    votes = [voted.class_names.index(name) for name in voted.predict(prepared.images)]
    np.testing.assert_array_equal(cells.z, np.column_stack([logits.argmax(axis=2), votes]))
    bars = esr.figures.class_counts(prepared).data
    assert sum(bars[0].x) == len(LABELS)
    cells, *_ = traces(esr.figures.votes(prepared), "heatmap")
    np.testing.assert_allclose(np.sum(np.nan_to_num(np.asarray(cells.z, dtype=float)), axis=1).max(), 100)
    with pytest.raises(DataError, match="must have the subjects of pictures for this chart, found none"):
        esr.figures.subjects(prepared)
    with pytest.raises(DataError, match="must have valence and arousal for this chart, found none"):
        esr.figures.affect(prepared)


def test_subjects_and_ratings_of_drawn_faces(prepared_faces):
    prepared = PreparedSet.open(prepared_faces / "tiny")
    (bars,) = esr.figures.subjects(prepared).data
    assert list(bars.y) == [10], "ten people, each with as many pictures"
    assert sum(len(cloud.x) for cloud in esr.figures.affect(prepared).data) == len(prepared.labels)


def test_shares_of_regions_are_means_over_the_test_faces(tmp_path):
    faces = prepare_faces(tmp_path / "sets", "faces", has_votes=False)
    store = RunStore(tmp_path / "runs")
    store_ensemble(store, faces, "mine", has_evidence=True, parts={"test": [f"f{n}" for n in range(6)]})
    mine = OpenedRun(store, "mine")
    points = [each for each in esr.figures.region_shares(mine).data if each.name == mine.info.title]
    assert len(points) == 4, "three branches and the ensemble"
    maps = np.stack([mine.explain(picture).maps.branches[0] for picture in faces.images])
    expected = explanations.region_shares(maps, template_parts()).mean(axis=0)
    np.testing.assert_allclose(points[0].x, expected, atol=1e-3)
    with pytest.raises(MetricError, match=r"class_name must be one of fear, anger, joy, got 'boredom'"):
        esr.figures.region_shares(mine, "boredom")


def test_a_face_of_a_video_is_drawn_over_time(run, tmp_path):
    write_drawn_clip(tmp_path / "clip.mp4")
    figure = esr.figures.timeline(run, tmp_path / "clip.mp4")
    bands, *_ = traces(figure, "heatmap")
    assert np.asarray(bands.z).shape[0] == 5, "the ensemble and four branches"
    with pytest.raises(MetricError, match=r"class_name must be one of neutral, .*, got 'boredom'"):
        esr.figures.timeline(run, tmp_path / "clip.mp4", class_name="boredom")


def test_settings_stand_beside_results(run, single):
    lines = esr.figures.settings_and_results([run, single]).data[0]
    values = {axis.label: list(axis["values"]) for axis in lines.dimensions}
    assert values["parameters"] == [355_104, 131_208]
    assert values["test, %"] == pytest.approx([100 * each.info.status.test_accuracy for each in (run, single)])
    with pytest.raises(MetricError, match="runs must be two or more with the same results, got gallery-single"):
        esr.figures.settings_and_results(single)


def test_trials_are_grouped_and_paired(tmp_path, prepared_faces):
    store = RunStore(tmp_path / "runs")
    base = TrainingConfig(data=str(prepared_faces / "tiny"), network=NetworkConfig(num_branches=3))
    names = store_sweep(store, base, 0.5, folds=[0, 1, 2], levels=[1, 3])
    runs = [OpenedRun(store, name) for name in names]
    (points,) = esr.figures.spread(runs, "macro F1").data
    expected = [np.mean([_macro_f1(run) for run in runs if f"level{level}" in run.run_id]) for level in (1, 3)]
    np.testing.assert_allclose(points.x, 100 * np.array(expected))
    (cells,) = esr.figures.p_values(runs, test="corrected-t").data
    assert 0 < cells.z[0][1] <= 1
    (point,) = esr.figures.spread(runs[0], "macro F1").data
    assert list(point.customdata) == [f"{point.x[0]:.1f} in a single trial"]
    with pytest.raises(MetricError, match="runs must be of two groups or more"):
        esr.figures.p_values(runs[:3])
    with pytest.raises(MetricError, match=r"measure must be one of accuracy, .*, got 'beauty'"):
        esr.figures.spread(runs, "beauty")
    with pytest.raises(MetricError, match=r"test must be one of t, corrected-t, wilcoxon, got 'z'"):
        esr.figures.p_values(runs, test="z")


def test_a_run_of_no_sweep_is_in_no_group(voted):
    with pytest.raises(MetricError, match="must be finished ones of sweeps, found none among voted"):
        esr.figures.spread(voted)


def test_figures_of_the_paper_have_its_values_and_those_of_finished_runs(tmp_path, prepared_faces):
    store, tiny = RunStore(tmp_path / "runs"), PreparedSet.open(prepared_faces / "tiny")
    sets = sets_in_place([each.data for each in EXPERIMENTS.values()], [tiny])
    for each in plan_runs(Request(("single",), SCALES["quick"], sets), store, []):
        store_simulated(store, each.run_id, each.config, 0.6)
    (figure,) = esr.figures.exhibit("figure4", [tiny], "quick", tmp_path / "runs")
    values = {trace.name: list(trace.y) for trace in figure.data}
    assert values["single network, the paper"] == [85.5, 85.5]
    assert np.isfinite(values["single network"]).all()
    assert np.isnan(values["traditional ensemble"]).all()
    (alone,) = esr.figures.exhibit("figure4", runs=tmp_path / "none")
    assert [trace.name for trace in alone.data] == [trace.name for trace in figure.data]
    with pytest.raises(MetricError, match="name must be one of figure4, figure5, figure6, figure7, got 'table1'"):
        esr.figures.exhibit("table1")
    planted = planted_set(tmp_path / "planted")
    with pytest.raises(DataError, match=r"figure6 needs the classes neutral, happiness.* which Planted"):
        esr.figures.exhibit("figure6", [planted])


def _macro_f1(run: OpenedRun) -> float:
    return run.scores().set_index("who").loc["vote", "macro_f1"]


@pytest.mark.parametrize("place", [legend_above, lambda figure: legend_below(figure, 200, 2)], ids=["above", "below"])
def test_a_title_moves_nothing_but_what_lies_under_it(place):
    figure = go.Figure(layout={"height": 300})
    place(figure)
    titled = Chart("Why?", figure, pd.DataFrame(), "nothing").titled()
    before, after = figure.layout, titled.layout
    assert after.height - after.margin.t == before.height - before.margin.t, "the axes are as high"
    assert after.legend.y * after.height == pytest.approx(before.legend.y * before.height), "from the bottom"
    assert figure.layout.title.text is None


def test_a_title_shows_names_as_they_stand():
    titled = Chart("What does <b>R&D</b> name?", go.Figure(), pd.DataFrame(), "nothing").titled()
    assert titled.layout.title.text == "What does &lt;b&gt;R&amp;D&lt;/b&gt; name?"


def test_without_plotly_one_sentence_says_what_to_install():
    code = "import sys; sys.modules['plotly'] = None; import esr_core; esr_core.figures"
    result = subprocess.run([sys.executable, "-c", code], check=False, cwd=PROJECT, capture_output=True, text=True)
    assert "figures need plotly, which is not installed: pip install 'esr-lab[figures]'" in result.stderr
