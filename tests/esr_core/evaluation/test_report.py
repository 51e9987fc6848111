from pathlib import Path

import numpy as np
import pytest

from esr_core.config import TrainingConfig
from esr_core.data.preparation import prepare
from esr_core.data.source import Sample, Source
from esr_core.errors import DataError
from esr_core.evaluation import evaluate, people_of
from esr_core.metrics import Predictions
from esr_core.records import RunInfo, RunStatus

CLASSES = ("keen", "bored", "calm")


def grey(sample: Sample) -> np.ndarray:
    return np.full((96, 96, 3), 90, dtype=np.uint8)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A prepared set of six pictures of three people, of whom two are known to be old or young."""
    ages = {"x": {"age": "old"}, "y": {"age": "young"}, "z": {}}
    samples = [Sample(f"{who}{name[0]}", "", name, who, attributes=ages[who]) for who in ages for name in CLASSES[:2]]
    prepare(Source("toy", "Toy", "none", CLASSES, samples, grey), tmp_path / "set")
    return tmp_path / "set"


def saying(ids: list[str], labels: list[int], classes: list[int]) -> Predictions:
    logits = np.repeat(np.eye(3)[classes][:, None], 2, axis=1)  # two branches that agree
    return Predictions(np.array(ids), np.array(labels), logits, CLASSES)


def trained_on(folder: Path) -> RunInfo:
    return RunInfo("run", RunStatus(state="finished", updated=0.0), TrainingConfig(data=str(folder)), 0.0, None, None)


def test_a_run_is_reported_by_branch_class_and_kind_of_people(folder):
    found = evaluate(trained_on(folder), saying(["yk", "yb", "xk", "xb", "zk"], [0, 1, 0, 1, 0], [0, 1, 0, 0, 0]))
    assert found.scores.set_index("who").loc["vote", "accuracy"] == 0.8
    assert found.confusions["vote"].tolist() == [[3, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert found.absent == ["calm"]
    assert (found.drawn, found.problem) == ("3 subjects", "")
    rows = found.attributes[["attribute", "value", "pictures", "accuracy"]].to_numpy().tolist()
    assert rows == [["age", "old", 2, 0.5], ["age", "young", 2, 1.0]]


def test_where_the_prepared_set_is_gone_pictures_are_drawn_and_it_is_said(tmp_path):
    found = evaluate(trained_on(tmp_path / "gone"), saying(["yk", "yb"], [0, 1], [0, 1]))
    assert found.drawn == "2 pictures"
    assert "gone is not a prepared set" in found.problem
    assert found.attributes.empty
    assert found.scores["accuracy"].tolist() == [1.0] * 4


def test_a_set_with_other_pictures_or_classes_is_not_taken_for_it(folder):
    with pytest.raises(DataError, match="2 of 3 pictures are not in it, or have another class"):
        people_of(saying(["yk", "new", "xb"], [0, 1, 0], [0, 1, 0]), folder)


def test_people_stand_in_the_order_of_the_predictions(folder):
    people = people_of(saying(["zk", "xb", "yk"], [0, 1, 0], [0, 1, 0]), folder)
    assert people.subjects.tolist() == ["z", "x", "y"]
    assert people.attributes["age"].tolist() == [None, "old", "young"]


def test_where_somebody_is_not_known_nobody_is_drawn_as_a_whole(tmp_path):
    samples = [Sample("a", "", "keen", "x"), Sample("b", "", "bored", None), Sample("c", "", "calm", "z")]
    prepare(Source("toy", "Toy", "none", CLASSES, samples, grey), tmp_path / "set")
    assert people_of(saying(["a", "b"], [0, 1], [0, 1]), tmp_path / "set").subjects is None
