import json

import pandas as pd
import pytest

from esr_core.commands import main
from esr_core.data.prepared import PreparedSet
from esr_core.data.source import Sample
from esr_core.run_store import RunStore
from tests.cross_sets import constant, prepare_set, start_run, store_run

NETWORK, SET = ("calm", "keen"), ("keen", "calm", "shy")


@pytest.fixture
def prepared(tmp_path) -> PreparedSet:
    """Three calm, one keen and one shy picture; one calm and one keen test."""
    emotions, tests = ("calm", "calm", "calm", "keen", "shy"), (2, 3)
    samples = [
        Sample(f"p{n}", "", emotion, split="test" if n in tests else "train") for n, emotion in enumerate(emotions)
    ]
    return prepare_set(tmp_path / "other", SET, samples)


def evaluated(store: RunStore, *arguments: object) -> int:
    return main(["evaluate", *map(str, arguments), "--runs", str(store.root), "--device", "cpu"])


def test_a_run_is_measured_on_another_set_once_and_then_read(store, prepared, capsys):
    store_run(store, "one", constant(NETWORK, ["calm"]))
    assert evaluated(store, "one", "--data", prepared.folder, "--part", "all") == 0
    first = capsys.readouterr()
    assert "picture" in first.err  # the bar
    assert "one single network         4    0.7500" in first.out
    assert "one  calm         3          1.0000" in first.out
    assert "one: measured on Toy, all 5 pictures that have a class" in first.out
    assert "one: classes that the network lacks: shy; pictures of them: 1, left out" in first.out
    assert evaluated(store, "one", "--data", prepared.folder, "--part", "all") == 0
    assert capsys.readouterr() == (first.out, "")
    assert store.check("one") == []


def test_the_test_part_is_asked_by_default_and_choices_are_followed(store, prepared, tmp_path):
    store_run(store, "one", constant(NETWORK, ["calm"]))
    store_run(store, "two", constant(NETWORK, ["keen", "keen"]))

    def accuracies(*arguments):
        path = tmp_path / "scores.csv"
        options = ["--data", prepared.folder, "--output", path, "--force", *arguments]
        assert evaluated(store, "one", "two", *options) == 0
        table = pd.read_csv(path)
        return table[table["who"].isin(["single network", "vote"])]["accuracy"].tolist()

    assert accuracies() == [1 / 2, 1 / 2]
    assert accuracies("--part", "all") == [3 / 4, 1 / 4]
    assert accuracies("--part", "all", "--unknown-classes", "wrong") == [3 / 5, 1 / 5]
    assert accuracies("--part", "train") == [1, 0]


def test_what_was_done_is_written_as_json(store, prepared, tmp_path):
    store_run(store, "one", constant((*NETWORK, "bored"), ["bored"]))
    path = tmp_path / "out.json"
    assert evaluated(store, "one", "--data", prepared.folder, "--answers", "shared", "--output", path) == 0
    values = json.loads(path.read_text())
    assert "one: classes that the set lacks: bored; they are no possible answer here" in values["notes"]
    assert values["confusions"]["one"] == {"class_names": ["calm", "keen"], "single network": [[1, 0], [1, 0]]}


def test_where_the_runs_cannot_be_written_it_is_measured_all_the_same(store, prepared, caplog):
    store_run(store, "one", constant(NETWORK, ["calm"]))
    (store.root / ".cross-set").write_text("in the way")
    assert evaluated(store, "one", "--data", prepared.folder) == 0
    assert "predictions cannot be stored in" in caplog.text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["one", "--part", "all"], "--part must be test or validation without --data, got all"),
        (["one", "--data", "nowhere"], "nowhere is not a prepared set"),
        (["one", "--data", "other", "--part", "validation"], "has no picture with a class in its validation part"),
        (["one", "--data", "other", "--device", "abacus"], "device must be auto, cpu"),
        (["nobody", "--data", "other"], "there is no run 'nobody'"),
        (["young", "--data", "other"], "run young is running"),
        (["strange", "--data", "other"], "network and set must share a class by name, got mild, wild and keen, calm"),
        (["torn", "--data", "other"], "error: torn/config.json cannot be read: the configuration is not JSON"),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(store, prepared, arguments, sentence, capsys, monkeypatch):
    monkeypatch.chdir(prepared.folder.parent)
    store_run(store, "one", constant(NETWORK, ["calm"]))
    store_run(store, "strange", constant(("mild", "wild"), ["mild"]))
    start_run(store, "young", constant(NETWORK, ["calm"]))
    store_run(store, "torn", constant(NETWORK, ["calm"]))
    (store.folder("torn") / "config.json").write_text("{")
    assert main(["evaluate", *arguments, "--runs", str(store.root)]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1
