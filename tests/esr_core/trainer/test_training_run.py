import itertools
import json
import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
import torch

from esr_core.config import TrainingConfig
from esr_core.data.builtin import builtin_source
from esr_core.data.network_input import to_images
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedCard, PreparedSet
from esr_core.errors import DataError
from esr_core.evaluation import evaluate
from esr_core.run_store.data_of_run import card_of_set, data_record
from esr_core.trainer import demonstration_config, train_run, train_sweep, training_run
from esr_core.training import course

pytestmark = pytest.mark.usefixtures("narrow_networks")


def test_a_run_is_stored_complete_and_can_be_traced(store, tiny_training):
    run_id = store.create(tiny_training).run_id
    seen = []
    run = train_run(store, run_id, seen.append)
    assert run.status.state == "finished"
    assert store.check(run_id) == []
    assert [(record.branch, record.epoch) for record in store.history(run_id)] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    assert list(dict.fromkeys(progress.epochs_done for progress in seen)) == [0, 1, 2]
    environment = json.loads((store.folder(run_id) / "environment.json").read_text())
    prepared = PreparedSet.open(store.root.parent / tiny_training.data)
    assert environment["data_fingerprint"] == prepared.card.fingerprint
    assert environment["data"]["licence"] == prepared.card.licence == "MIT"
    assert environment["data"]["counts"] == list(prepared.card.counts)
    assert environment["torch"] == torch.__version__.split("+")[0] or environment["torch"] == torch.__version__


@pytest.mark.parametrize(("every_s", "times"), [(0.0, 4), (3600.0, 0)], ids=str)
def test_freed_memory_is_given_back_after_validations_now_and_then(store, tiny_training, monkeypatch, every_s, times):
    given_back = []
    monkeypatch.setattr(training_run, "GIVE_BACK_EVERY_S", every_s)
    monkeypatch.setattr(training_run, "give_back_freed_memory", lambda: given_back.append(True))
    train_run(store, store.create(tiny_training).run_id)
    assert len(given_back) == times


REFIT = {"refit_classifiers": True}


@pytest.mark.parametrize(
    "settings", [{}, {"checkpoint_dtype": "float16", **REFIT}, {"checkpoint_dtype": "int8"}], ids=str
)
def test_stored_predictions_are_those_of_the_stored_network(store, tiny_training, settings):
    run_id = store.create(tiny_training.replace(**settings)).run_id
    run = train_run(store, run_id)
    assert ("classifiers anew" in "\n".join(store.log_tail(run_id, 100))) == ("refit_classifiers" in settings)
    stored = store.predictions(run_id, "test")
    prepared = PreparedSet.open(store.root.parent / tiny_training.data)
    assert stored.ids.tolist() == store.parts(run_id)["test"]
    rows = prepared.labels.set_index("id").index.get_indexer(stored.ids)
    with torch.no_grad():
        logits = store.load_network(run_id)(to_images(prepared.images[rows], "lab")).numpy()
    np.testing.assert_allclose(stored.logits, logits, rtol=1e-5, atol=1e-6 * np.abs(logits).max())
    assert (stored.labels == prepared.labels["emotion"].to_numpy()[rows]).all()
    vote = evaluate(run, stored).scores.set_index("who").loc["vote"]
    assert run.status.test_accuracy == pytest.approx(vote["accuracy"])
    assert "accuracy_interval" not in run.status.results  # of one person there is none
    assert np.isnan(vote["accuracy_low"])


def test_the_stored_interval_is_the_one_that_an_evaluation_finds(store, tiny_training, tmp_path):
    prepare(builtin_source(20, 3, difficulty="easy"), tmp_path / "twenty")  # two people in each fold
    protocol = tiny_training.protocol.replace(training_folds=2)
    run_id = store.create(tiny_training.replace(data=str(tmp_path / "twenty"), protocol=protocol)).run_id
    run = train_run(store, run_id)
    vote = evaluate(run, store.predictions(run_id, "test")).scores.set_index("who").loc["vote"]
    assert run.status.results["accuracy_interval"] == pytest.approx((vote["accuracy_low"], vote["accuracy_high"]))


def test_no_subject_of_the_test_part_was_trained_on(store, tiny_training):
    run_id = store.create(tiny_training).run_id
    train_run(store, run_id)
    people = {part: {name.split("-")[0] for name in ids} for part, ids in store.parts(run_id).items()}
    assert not people["training"] & people["test"]
    assert not people["training"] & people["validation"]


def test_branches_that_take_turns_are_stored_with_the_pictures_of_all_folds(store, tiny_training):
    config = tiny_training.replace(strategy="interleaved", protocol=tiny_training.protocol.replace(training_folds=2))
    run_id = store.create(config).run_id
    train_run(store, run_id)
    parts = store.parts(run_id)
    assert len(parts["training"]) == 56
    assert parts["training of branch 1"] == parts["training of branch 2"] == parts["training"]
    assert "56 pictures for each branch" in "\n".join(store.log_tail(run_id))


def test_a_run_that_cannot_start_says_why(store, tiny_training):
    run_id = store.create(tiny_training.replace(data="nowhere")).run_id
    with pytest.raises(DataError, match="nowhere is not a prepared set"):
        train_run(store, run_id)
    status = store.info(run_id).status
    assert (status.state, status.message.split(":")[0]) == ("failed", "nowhere is not a prepared set")


def test_an_unforeseen_error_fails_the_run_and_is_in_its_log(store, tiny_training):
    run_id = store.create(tiny_training).run_id

    def break_down(progress):
        raise ZeroDivisionError("of all things")

    with pytest.raises(ZeroDivisionError):
        train_run(store, run_id, break_down)
    assert store.info(run_id).status.message == "ZeroDivisionError: of all things"
    assert store.log_tail(run_id)[-1] == "ZeroDivisionError: of all things"


def test_a_request_to_stop_cancels_and_keeps_the_best_network(store, tiny_training):
    before = signal.getsignal(signal.SIGTERM)

    def ask(progress):
        if progress.epoch == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    config = tiny_training.replace(epochs_first_branch=50, validate_every_epochs=1)
    run_id = store.create(config).run_id
    assert train_run(store, run_id, ask).status.state == "cancelled"
    assert len(store.load_network(run_id).branches) == 1
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_long_validation_does_not_keep_a_run_from_being_stopped(store, tiny_training, monkeypatch):
    def stopped_at_the_second(*arguments):
        if next(points) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return evaluated(*arguments)

    points, evaluated = itertools.count(1), course.evaluate
    monkeypatch.setattr(course, "evaluate", stopped_at_the_second)
    monkeypatch.setattr("esr_core.trainer.stopping.END_WITHIN_S", 0.0)
    run_id = store.create(tiny_training).run_id
    assert train_run(store, run_id).status.state == "cancelled"
    assert len(store.history(run_id)) == 1, "it has gone on to the end of the validation"


def test_the_demonstration_is_a_small_esr_4_at_level_3(tmp_path):
    config = demonstration_config(tmp_path)
    assert (config.network.num_branches, config.network.branching_level, config.strategy) == (4, 3, "frozen")
    assert config.data == str(tmp_path / "builtin-demo")


@pytest.fixture
def movable(prepared_faces, tmp_path, tiny_training) -> TrainingConfig:
    """A configuration on a set of its own."""
    folder = shutil.copytree(prepared_faces / "tiny", tmp_path / "first" / "tiny")
    return tiny_training.replace(data=str(folder), data_set=PreparedCard.read(folder).identity)


def test_a_run_is_trained_and_measured_on_a_set_that_was_moved_to_the_prepared_ones(
    store, movable, tmp_path, monkeypatch
):
    run_id = store.create(movable).run_id
    moved = tmp_path / "sets" / "renamed"
    shutil.move(movable.data, moved)
    monkeypatch.setenv("ESR_PREPARED", str(moved.parent))
    run = train_run(store, run_id)
    assert run.status.state == "finished"
    assert card_of_set(store, run_id) == (moved, PreparedCard.read(moved))
    measured = evaluate(run, store.predictions(run_id, "test"), data=data_record(store, run_id))
    assert (measured.problem, measured.drawn) == ("", "1 subjects")


def test_a_run_is_not_trained_on_another_set_than_it_was_set_up_for(store, movable):
    run_id = store.create(movable).run_id
    shutil.rmtree(movable.data)
    prepare(builtin_source(10, 7, seed=1, difficulty="easy"), Path(movable.data))
    with pytest.raises(DataError, match=rf"must be as run {run_id} was set up for it, builtin with fingerprint"):
        train_run(store, run_id)
    assert store.info(run_id).status.state == "failed"


def test_a_run_is_equal_to_one_on_a_copy_of_its_set(store, movable, prepared_faces):
    elsewhere = movable.replace(data=str(prepared_faces / "tiny"))
    store.create(movable.replace(group="g"), run_id="one")
    (outcome,) = train_sweep(store, {"one": elsewhere.replace(group="g")})
    assert outcome.state == "finished"
