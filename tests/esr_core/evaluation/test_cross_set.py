from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from esr_core.data.network_input import to_images
from esr_core.data.prepared import PreparedSet
from esr_core.data.source import Sample
from esr_core.errors import ConfigError, DamagedRunError, DataError, RunError
from esr_core.evaluation import (
    CrossEvaluation,
    JoinRules,
    compute_and_store_logits,
    cross_set_key,
    evaluate_cross_set,
    labelled_pictures,
    stored_logits,
)
from esr_core.run_store import RunStore
from tests.cross_sets import constant, prepare_set, start_run, store_run

NETWORK = ("calm", "keen", "bored")
SET = ("bored", "shy", "calm")
CPU = torch.device("cpu")
EMOTIONS = ["calm", "calm", "calm", "bored", "bored", "shy", None]
SPLITS = ["test", "test", "validation", "test", "train", "test", "test"]


def samples(with_split: bool = False) -> list[Sample]:
    """Three calm, two bored, one shy and one unlabelled picture of the people x and y in turn."""
    return [
        Sample(
            f"p{index}", "", emotion, "xy"[index % 2], split=split if with_split else None, attributes={"age": "old"}
        )
        for index, (emotion, split) in enumerate(zip(EMOTIONS, SPLITS, strict=True))
    ]


@pytest.fixture
def prepared(tmp_path) -> PreparedSet:
    return prepare_set(tmp_path / "set", SET, samples())


@pytest.fixture
def run_id(store) -> str:
    """A run whose branches answer calm, bored and calm, so that its vote is calm."""
    return store_run(store, "run", constant(NETWORK, ["calm", "bored", "calm"]))


def ask(store: RunStore, run_id: str, prepared: PreparedSet, **rules: str) -> CrossEvaluation:
    pictures = labelled_pictures(prepared)
    key = cross_set_key(store.info(run_id), store.checkpoint_sha256(run_id), pictures)
    predictions = compute_and_store_logits(store, key, pictures, CPU)
    return evaluate_cross_set(store, run_id, pictures, predictions, JoinRules(**rules))


def test_a_run_is_measured_branch_by_branch_on_a_set_it_has_never_seen(store, run_id, prepared):
    result = ask(store, run_id, prepared)
    scores = result.evaluation.scores.set_index("who")
    assert scores["pictures"].tolist() == [5] * 5
    assert scores["accuracy"].to_dict() == {
        "branch 1": 3 / 5,
        "branch 2": 2 / 5,
        "branch 3": 3 / 5,
        "vote": 3 / 5,
        "mean probability": 3 / 5,
    }
    assert scores.loc["vote", "balanced_accuracy"] == 1 / 2
    recalls = result.evaluation.recalls.set_index("class")
    assert recalls["pictures"].to_dict() == {"calm": 3, "keen": 0, "bored": 2}
    assert recalls["vote"].tolist() == pytest.approx([1, np.nan, 0], nan_ok=True)
    assert recalls["branch 2"].tolist() == pytest.approx([0, np.nan, 1], nan_ok=True)


def test_people_are_those_of_the_other_set(store, run_id, prepared):
    result = ask(store, run_id, prepared)
    assert (result.evaluation.drawn, result.evaluation.problem) == ("2 subjects", "")
    assert result.evaluation.attributes[["value", "pictures", "accuracy"]].to_numpy().tolist() == [["old", 5, 0.6]]


def test_what_was_done_is_said_in_sentences(store, run_id, prepared):
    fingerprint = prepared.card.fingerprint[:12]
    assert ask(store, run_id, prepared).notes == (
        f"measured on Toy, all 6 pictures that have a class; fingerprint {fingerprint}",
        "classes of both network and set: calm, bored",
        "classes that the network lacks: shy; pictures of them: 1, left out",
        "classes that the set lacks: keen; to answer one is wrong",
    )
    notes = ask(store, run_id, prepared, unknown_classes="wrong", answers="shared").notes
    assert notes[2:] == (
        "classes that the network lacks: shy; pictures of them: 1, counted as wrong",
        "classes that the set lacks: keen; they are no possible answer here",
    )


def test_unknown_pictures_that_count_as_wrong_lower_the_accuracy(store, run_id, prepared):
    scores = ask(store, run_id, prepared, unknown_classes="wrong").evaluation.scores.set_index("who")
    assert scores.loc["vote", ["pictures", "accuracy"]].tolist() == [6, 3 / 6]
    assert scores.loc["vote", "balanced_accuracy"] == pytest.approx(1 / 3)


def test_restricted_answers_take_the_next_best_class(store, prepared):
    keen = store_run(store, "keen", constant(NETWORK, ["keen"]))  # its second choice is bored
    assert ask(store, keen, prepared).evaluation.scores["accuracy"].tolist() == [0]
    assert ask(store, keen, prepared, answers="shared").evaluation.scores["accuracy"].tolist() == [2 / 5]


@pytest.mark.parametrize(
    ("part", "resolved", "rows"),
    [
        (None, "test", [0, 1, 3, 5]),
        ("validation", "validation", [2]),
        ("train", "train", [4]),
        ("all", "all", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_pictures_are_those_of_a_part_that_have_a_class(tmp_path, part, resolved, rows):
    pictures = labelled_pictures(prepare_set(tmp_path / "set", SET, samples(with_split=True)), part)
    assert (pictures.part, pictures.rows.tolist()) == (resolved, rows)
    assert pictures.ids.tolist() == [f"p{row}" for row in rows]


def test_without_a_test_part_the_validation_part_is_asked_and_without_a_split_everything(tmp_path, prepared):
    no_test = [sample for sample in samples(with_split=True) if sample.split != "test"]
    assert labelled_pictures(prepare_set(tmp_path / "no test", SET, no_test)).part == "validation"
    assert labelled_pictures(prepared).part == "all"


def test_parts_and_sets_without_pictures_are_refused_in_one_sentence(tmp_path, prepared):
    with pytest.raises(DataError, match="set has no picture with a class in its test part, expected one of all"):
        labelled_pictures(prepared, "test")
    with pytest.raises(ConfigError, match="part must be one of test, validation, train, all, got 'best'"):
        labelled_pictures(prepared, "best")
    unlabelled = replace(prepared, labels=prepared.labels.assign(emotion=None))
    with pytest.raises(DataError, match="must have pictures with a class to measure predictions, found none"):
        labelled_pictures(unlabelled)


def test_logits_are_those_of_the_network_whatever_the_batches(store, tmp_path):
    torch.manual_seed(0)
    network = constant(NETWORK, ["calm", "bored"])
    for branch in network.each_branch():
        torch.nn.init.normal_(branch.classifier.weight)
    many = [Sample(f"p{index}", "", SET[index % 3]) for index in range(70)]
    pictures = labelled_pictures(prepare_set(tmp_path / "set", SET, many))
    key = cross_set_key(store.info(store_run(store, "run", network)), store.checkpoint_sha256("run"), pictures)
    steps = []
    predictions = compute_and_store_logits(store, key, pictures, CPU, lambda *step: steps.append(step))
    with torch.inference_mode():
        expected = network.eval()(to_images(np.asarray(pictures.prepared.images), "lab")).numpy()
    np.testing.assert_allclose(predictions.logits, expected, rtol=1e-4, atol=1e-4)
    assert np.ptp(predictions.logits, axis=0).max() > 1e-3  # the pictures do differ
    assert steps == [(32, 70), (64, 70), (70, 70)]


def test_logits_are_stored_for_these_pictures_and_weights_and_no_others(store, prepared, tmp_path):
    writer = start_run(store, "run", constant(NETWORK, ["calm"]))
    writer.cancel()
    pictures = labelled_pictures(prepared)

    def stored(of=pictures):
        return stored_logits(store, cross_set_key(store.info("run"), store.checkpoint_sha256("run"), of), of)

    assert stored() is None
    ask(store, "run", prepared)
    assert stored().classes[:, 0].tolist() == [0] * 6
    assert stored(labelled_pictures(prepare_set(tmp_path / "other", SET, samples()[:-2]))) is None
    writer.save_network(constant(NETWORK, ["bored"]))
    assert stored() is None
    ask(store, "run", prepared)
    assert stored().classes[:, 0].tolist() == [2] * 6


def test_stored_logits_of_other_pictures_are_not_taken_for_these(store, run_id, prepared):
    ask(store, run_id, prepared)
    pictures = labelled_pictures(prepared)
    key = cross_set_key(store.info(run_id), store.checkpoint_sha256(run_id), pictures)
    assert stored_logits(store, key, replace(pictures, rows=pictures.rows[::-1])) is None


def test_a_run_that_trained_on_the_set_says_on_how_many_of_the_pictures(store, prepared):
    fingerprint = prepared.card.fingerprint
    own = start_run(store, "own", constant(NETWORK, ["calm"]), fingerprint=fingerprint)
    own.save_parts({"training": ["p0", "p3"], "validation": ["p1"], "test": ["p2"]})
    own.finish({"accuracy": 0.5})
    assert ask(store, "own", prepared).notes[-1] == ("the network was trained on this set, and on 2 of these pictures")
    unseen = start_run(store, "unseen", constant(NETWORK, ["calm"]), fingerprint=fingerprint)
    unseen.save_parts({"training": ["elsewhere"]})
    unseen.finish({"accuracy": 0.5})
    assert ask(store, "unseen", prepared).notes[-1] == (
        "the network was trained on this set, but on none of these pictures"
    )


def test_what_a_run_started_from_has_trained_it_too(store, prepared):
    parent = start_run(store, "parent", constant(NETWORK, ["calm"]), fingerprint=prepared.card.fingerprint)
    parent.save_parts({"training": ["p0"]})
    parent.finish({"accuracy": 0.5})
    start = {"run_id": "parent", "sha256": store.checkpoint_sha256("parent"), "num_branches": 1}
    start_run(store, "child", constant(NETWORK, ["calm"]), start=start).finish({"accuracy": 0.5})
    assert "and on 1 of these pictures" in ask(store, "child", prepared).notes[-1]
    store.delete("parent")
    assert "trained on this set" not in " ".join(ask(store, "child", prepared).notes)


def test_runs_that_cannot_be_asked_are_refused_in_one_sentence(store, run_id, prepared, tmp_path):
    start_run(store, "young", constant(NETWORK, ["calm"]))
    with pytest.raises(RunError, match="run young is running; it can be measured on another set when it has ended"):
        ask(store, "young", prepared)
    others = prepare_set(tmp_path / "others", ("mild", "wild"), [Sample("m", "", "mild"), Sample("w", "", "wild")])
    with pytest.raises(DataError, match="must share a class by name"):
        ask(store, run_id, others)
    checkpoint = store.folder(run_id) / "checkpoints" / "best.safetensors"
    checkpoint.write_bytes(checkpoint.read_bytes()[:-4] + b"oops")
    with pytest.raises(DamagedRunError, match="was altered"):
        ask(store, run_id, prepared)
    Path(store.folder(run_id) / "config.json").write_text("{}")
    info, pictures = store.info(run_id), labelled_pictures(prepared)
    with pytest.raises(DamagedRunError, match=r"run run is damaged: run/config\.json cannot be read"):
        cross_set_key(info, "a" * 64, pictures)
