import re

import numpy as np
import pytest

from app import answers
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.preparation import prepare
from esr_core.data.source import Sample, Source
from esr_core.records import RunNotes
from esr_core.run_store import manifest, write_notes
from tests.app.conftest import charts, open_page, sentences, store_run
from tests.planted import planted_set, planted_training
from tests.simulated import store_simulated, store_sweep


@pytest.fixture
def base(prepared_faces) -> TrainingConfig:
    return TrainingConfig(data=str(prepared_faces / "tiny"), network=NetworkConfig(num_branches=3))


def headings(app) -> list[str]:
    return [heading.value.replace("\\", "") for heading in (*app.header, *app.subheader)]


def captions(app) -> str:
    return " ".join(caption.value.replace("\\", "") for caption in app.caption)


def hovers(app) -> list[str]:
    """What the p-values say when one points at them."""
    cells = next(chart["data"][0] for chart in charts(app) if "hoverongaps" in chart["data"][0])
    return [text for row in cells["customdata"] for text in row if text]


def test_without_runs_it_says_what_to_pick_and_how_groups_are_made(store):
    app = open_page("evaluation")
    assert "Pick runs in the sidebar" in sentences(app)
    assert "train one with several folds or seeds" in sentences(app)
    assert not charts(app)


def test_a_run_is_measured_branch_by_branch(store, base):
    store_simulated(store, "one", base, skill=0.7)
    app = open_page("evaluation", runs="one")
    assert not app.exception
    assert not app.error
    table = app.dataframe[0].value
    assert table["who"].tolist() == ["branch 1", "branch 2", "branch 3", "vote", "mean probability"]
    said = store.predictions("one", "test")
    right = 100 * (said.vote.predictions == said.labels).mean()
    assert table.set_index("who").loc["vote", "accuracy, %"] == pytest.approx(right)
    assert [heading.value for heading in app.main.subheader] == [
        "How good is each branch, and the ensemble?",
        "What do they take for what?",
        r"ESR-3 level 3 varied\: vote",
        "Are they right as often as they are sure?",
    ]
    assert len(charts(app)) == 3


def test_runs_are_measured_side_by_side_and_one_of_other_classes_keeps_its_own(store, base):
    store_simulated(store, "esr", base, skill=0.7)
    store_simulated(store, "single", base.replace(network=base.network.replace(num_branches=1)), skill=0.6)
    store_run(store, "own", class_names=("<b>bored</b>", "![x](http://example.org)"))
    app = open_page("evaluation", runs="esr,single,own")
    assert not app.exception
    assert "run own has stored no predictions of its test part: it has not finished" in sentences(app)
    assert app.dataframe[0].value["who"].tolist().count("single network") == 1
    assert [chart["data"][0]["type"] for chart in charts(app)].count("heatmap") == 2


def test_a_run_that_is_renamed_is_called_so_at_once_and_is_not_measured_again(store, base, monkeypatch):
    store_simulated(store, "one", base, skill=0.7)
    app = open_page("evaluation", runs="one")
    monkeypatch.setattr("app.answers.evaluations.evaluate", None)
    write_notes(store.root, "one", RunNotes("the best"))
    app.run()
    assert not app.exception
    assert set(app.dataframe[0].value["run"]) == {"the best (one)"}
    assert "the best: vote" in headings(app)


def test_trials_of_a_group_have_their_present_names(store, base):
    first, second = store_sweep(store, base.replace(group="folds"), 0.7, folds=(0, 1), levels=(3,))
    answers.groups()
    write_notes(store.root, second, RunNotes("odd one"))
    assert [run.label for run in answers.groups()[0].runs] == [store.info(first).kind, "odd one"]


def test_a_branch_that_a_run_does_not_have_is_not_asked_of_it(store, base):
    store_simulated(store, "esr", base, skill=0.7)
    store_simulated(store, "single", base.replace(network=base.network.replace(num_branches=1)), skill=0.6)
    app = open_page("evaluation", runs="esr,single")
    app.selectbox(key="evaluation_who").set_value("branch 3").run()
    assert not app.exception
    assert "single network: single network" in headings(app)
    assert any(heading.endswith(": branch 3") for heading in headings(app))


def test_counts_and_shares_of_the_confusions_can_be_chosen(store, base):
    store_simulated(store, "one", base, skill=0.7)
    app = open_page("evaluation", runs="one")
    unit = next(control for control in app.button_group if control.key == "evaluation_unit")
    unit.set_value("pictures").run()
    assert not app.exception
    confusion = next(chart for chart in charts(app) if chart["data"][0]["type"] == "heatmap")
    assert confusion["data"][0]["texttemplate"] == "%{z:,.0f}"


def test_classes_that_no_picture_tests_are_named(store, base):
    store_simulated(store, "one", base, skill=0.7)
    path = store.folder("one") / "predictions" / "test.parquet"
    table = store.predictions("one", "test").to_table()
    table[table["label"] != 4].to_parquet(path, index=False)
    manifest.write(store.folder("one"))
    assert "No picture tests fear in one: no recall" in captions(open_page("evaluation", runs="one"))


def test_an_empty_test_part_is_measured_as_not_defined(store, base):
    store_simulated(store, "one", base, skill=0.7)
    path = store.folder("one") / "predictions" / "test.parquet"
    store.predictions("one", "test").to_table().iloc[:0].to_parquet(path, index=False)
    manifest.write(store.folder("one"))
    app = open_page("evaluation", runs="one")
    assert not app.exception
    assert app.dataframe[0].value["accuracy, %"].isna().all()


def test_where_the_prepared_set_is_gone_one_sentence_says_so(store, base, tmp_path):
    store_simulated(store, "one", base, skill=0.7)
    path = store.folder("one") / "config.json"
    path.write_text(path.read_text().replace(base.data, str(tmp_path / "gone")))
    app = open_page("evaluation", runs="one")
    assert not app.exception
    assert "Who is on the pictures of one is not known" in captions(app)
    assert "drawn from 28 pictures" in captions(app)


def test_valence_and_arousal_are_measured_where_they_are_the_task(store, base):
    store_simulated(store, "affect", base, skill=0.7, affect=True)
    app = open_page("evaluation", runs="affect")
    assert "How good are valence and arousal?" in headings(app)
    table = next(frame.value for frame in app.dataframe if "CCC valence" in frame.value)
    assert table["who"].tolist() == ["branch 1", "branch 2", "branch 3", "mean of branches"]
    store_simulated(store, "emotion", base, skill=0.7)
    assert "How good are valence and arousal?" not in headings(open_page("evaluation", runs="emotion"))


def test_groups_are_compared_with_a_chosen_test(store, base):
    store_sweep(store, base, 0.3, folds=range(4), levels=[0, 3])
    app = open_page("evaluation")
    assert app.multiselect(key="evaluation_groups").value == ["TE-3", "ESR-3 level 3 varied"]
    spread = next(frame.value for frame in app.dataframe if "sd" in frame.value)
    assert spread["trials"].tolist() == [4, 4]
    assert "Which groups differ by more than chance?" in headings(app)
    (told,) = hovers(app)
    gained = spread["mean"].iloc[1] - spread["mean"].iloc[0]  # in %
    assert re.search(rf" minus TE-3: \+{gained:.2f} points, p (= 0\.\d{{3}}|< 0\.001)$", told), told
    app.selectbox(key="evaluation_test").set_value("wilcoxon").run()
    app.selectbox(key="evaluation_measure").set_value("macro F1").run()
    assert not app.exception
    assert "n of them cannot give less" in captions(app)
    assert "RMSE valence" not in app.selectbox(key="evaluation_measure").options


def test_groups_whose_trials_do_not_match_are_refused_with_the_count(store, base):
    run_ids = store_sweep(store, base, 0.3, folds=range(4), levels=[0, 3])
    store.delete(run_ids[-1])
    app = open_page("evaluation")
    assert not app.exception
    assert "must have the same trials to be paired, found 1 of 4 folds and seeds in one alone" in sentences(app)
    assert "What does each group score?" in headings(app)


def test_picked_runs_choose_their_groups(store, base):
    run_ids = store_sweep(store, base, 0.3, folds=range(2), levels=[0, 3, 4])
    app = open_page("evaluation", runs=run_ids[-1])
    assert app.multiselect(key="evaluation_groups").value == ["ESR-3 level 4 varied"]
    assert "Which groups differ by more than chance?" not in headings(app)


def grey(sample: Sample) -> np.ndarray:
    return np.full((96, 96, 3), 90, dtype=np.uint8)


def test_kinds_of_people_are_shown_where_labels_have_them(store, base, tmp_path):
    store_simulated(store, "drawn", base, skill=0.7)
    assert "Whose faces are recognised?" not in headings(open_page("evaluation", runs="drawn"))
    kinds = ("<b>old</b>", "young")
    samples = [
        Sample(f"{person}-{name}", "", name, f"person {person:02}", attributes={"age": kinds[person // 10]})
        for person in range(20)
        for name in ("keen", "bored")
    ]
    prepare(Source("own", "Own", "none", ("keen", "bored"), samples, grey), tmp_path / "own")
    network = base.network.replace(class_names=("keen", "bored"))
    store_simulated(store, "own", base.replace(data=str(tmp_path / "own"), network=network), skill=0.7)
    app = open_page("evaluation", runs="drawn,own")
    assert not app.exception
    assert "Whose faces are recognised?" in headings(app)
    people = charts(app)[-1]
    assert people["layout"]["yaxis"]["ticktext"] == ["age: &lt;b&gt;old&lt;/b&gt; (1)", "age: young (1)"]
    assert "Fewer than 10 say little" in captions(app)


def test_the_list_of_runs_has_intervals_and_errors_of_affect_where_there_are_any(store, base):
    store_run(store, "plain")
    table = open_page("runs").dataframe[0].value
    assert not {"95 % interval", "RMSE valence", "message"} & set(table.columns)
    store_simulated(store, "affect", base, skill=0.7, affect=True)
    table = open_page("runs").dataframe[0].value.set_index("id")
    assert table.loc["affect", ["95 % interval", "RMSE arousal"]].tolist() == ["60.0 to 80.0", 0.4]
    assert table.loc["plain", ["95 % interval", "RMSE arousal"]].isna().all()


def test_accuracies_are_shown_without_pictures_that_were_learned_from(store, base, tmp_path):
    store_simulated(store, "drawn", base, skill=0.7)
    assert "accuracy on unseen, %" not in open_page("evaluation", runs="drawn").dataframe[0].value
    prepared = planted_set(tmp_path / "set")
    store_simulated(store, "planted", planted_training(prepared.folder), skill=0.5)
    app = open_page("evaluation", runs="drawn,planted")
    assert not app.exception
    table = app.dataframe[0].value.set_index("who")
    assert table.loc["single network", ["pictures", "unseen pictures"]].tolist() == [3, 2]
    said = store.predictions("planted", "test").where(np.array([False, True, True]))  # of g, h and j
    right = 100 * (said.classes[:, 0] == said.labels).mean()
    assert table.loc["single network", "accuracy on unseen, %"] == right
    assert table.loc["vote", ["unseen pictures", "accuracy on unseen, %"]].isna().all()
    assert "Of the pictures of planted, 1 of 3 are also learned from" in captions(app)
