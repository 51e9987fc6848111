"""Pictures that a run was measured on although it learned from them: what is stored of them, and what it changes."""

import json
import shutil

import numpy as np
import pytest

from esr_core.evaluation import SeenPictures, evaluate, seen_pictures, stored_warning
from esr_core.metrics import Predictions
from esr_core.records import RunInfo, RunStatus
from esr_core.run_store import RunStore
from esr_core.trainer import train_run
from tests.planted import WARNING, as_made_before, planted_set, planted_training


@pytest.fixture
def trained(tmp_path) -> RunStore:
    """A store with one run, ``planted``, trained on the planted set beside it."""
    prepared = planted_set(tmp_path / "set")
    store = RunStore(tmp_path / "runs")
    train_run(store, store.create(planted_training(prepared.folder), run_id="planted").run_id)
    return store


def forget(store: RunStore) -> None:
    """Make the run one of before such pictures were stored."""
    parts = {name: ids for name, ids in store.parts("planted").items() if "seen" not in name}
    store.writer("planted").save_parts(parts)


def test_a_training_stores_them_and_warns_in_its_log(trained):
    parts = trained.parts("planted")
    assert parts["test seen in training"] == ["g"]
    assert parts["validation seen in training"] == ["e"]
    warnings = [line for line in trained.log_tail("planted") if "warning" in line]
    assert len(warnings) == 1
    assert warnings[0].endswith(f" warning: {WARNING}")
    assert stored_warning(trained, "planted") == WARNING


def test_a_training_on_a_set_of_before_looks_for_them(tmp_path):
    prepared = as_made_before(planted_set(tmp_path / "set"))
    store = RunStore(tmp_path / "runs")
    train_run(store, store.create(planted_training(prepared.folder), run_id="planted").run_id)
    assert store.parts("planted")["test seen in training"] == ["g"]


def test_they_are_known_without_the_prepared_set(trained, tmp_path):
    shutil.rmtree(tmp_path / "set")
    assert seen_pictures(trained, "planted", "test") == SeenPictures(frozenset("g"))
    assert seen_pictures(trained, "planted", "validation") == SeenPictures(frozenset("e"))


def test_of_a_run_of_before_the_prepared_set_is_asked(trained):
    forget(trained)
    assert seen_pictures(trained, "planted", "test") == SeenPictures(frozenset("g"))
    assert stored_warning(trained, "planted") == ""


def test_why_they_are_not_known_is_one_sentence(trained, tmp_path):
    forget(trained)
    before = as_made_before(planted_set(tmp_path / "other"))
    shutil.rmtree(tmp_path / "set")
    assert "Planted is not prepared on this machine: python -m" in seen_pictures(trained, "planted", "test").problem
    shutil.copytree(before.folder, tmp_path / "set")
    found = seen_pictures(trained, "planted", "test")
    assert not found.ids
    assert found.problem.endswith("was prepared before duplicates were marked; prepare it again, its fingerprint stays")
    card = json.loads((tmp_path / "set" / "card.json").read_text())
    (tmp_path / "set" / "card.json").write_text(json.dumps(card | {"fingerprint": "0123"}))
    assert "must be as the run used it, with fingerprint" in seen_pictures(trained, "planted", "test").problem


def test_every_score_is_given_with_and_without_them(tmp_path):
    logits = np.eye(2)[[[0], [1], [0], [0]]]  # (B=4, N=1, C=2)
    predictions = Predictions(np.array(list("abcd")), np.array([0, 1, 1, 0]), logits, ("keen", "bored"))
    run = RunInfo("run", RunStatus(state="finished", updated=0.0), None, 0.0, None, None)
    found = evaluate(run, predictions, SeenPictures(frozenset("ab")))  # both are right
    assert found.num_seen == 2
    assert found.scores[["pictures", "accuracy", "balanced_accuracy"]].to_numpy().tolist() == [[4, 0.75, 0.75]]
    assert found.unseen[["pictures", "accuracy", "balanced_accuracy"]].to_numpy().tolist() == [[2, 0.5, 0.5]]
    assert found.unseen["accuracy_low"].tolist() == [0.0]
    assert found.unseen["accuracy_high"].tolist() == [1.0]
    alone = evaluate(run, predictions)
    assert (alone.num_seen, alone.unseen.empty) == (0, True)
