"""Figure 5, right: which maps stand where."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from esr_core.reproduction import Results, plan_runs
from esr_core.reproduction.planning import PlannedRun
from esr_core.reproduction.saliency_sheet import saliency_sheet

FACES = [(1, np.zeros((96, 96, 3), dtype=np.uint8)), (0, np.full((96, 96, 3), 255, dtype=np.uint8))]


def moment(branch: int, epoch: int):
    """Two probe faces, two branches, three classes: everyone names the second class."""
    logits = torch.zeros(2, 2, 3)
    logits[:, :, 1] = 3.0
    return SimpleNamespace(branch=branch, epoch=epoch, logits=logits, evidence=torch.ones(2, 2, 3, 4, 4))


class FinishedRuns:
    """Results of one run of each experiment, whose maps are these."""

    def __init__(self, missing: str = "") -> None:
        self.missing = missing
        maps = [moment(1, 0), moment(1, 1), moment(1, 2), moment(2, 0), moment(2, 1)]
        self.store = SimpleNamespace(probe_maps=lambda _run_id: maps)

    def is_complete(self, name: str) -> bool:
        return name != self.missing

    def finished(self, name: str) -> list:
        return [SimpleNamespace(run_id=name)]

    def probe_faces(self, run, classes) -> list:
        return FACES

    def predictions(self, run):
        return SimpleNamespace(class_names=("calm", "cross", "sad"))


@pytest.fixture
def strips(monkeypatch) -> list:
    drawn: list = []
    monkeypatch.setattr("esr_core.reproduction.saliency_sheet.draw_strips", drawn.extend)
    return drawn


def test_each_branch_has_a_row_of_either_ensemble_and_the_last_moment_is_after_training(strips):
    saliency_sheet(FinishedRuns())
    assert [strip.title for strip in strips] == ["Branch 1, TE", "Branch 1, ESR", "Branch 2, TE", "Branch 2, ESR"]
    first = [tile.name for tile in strips[0].tiles]
    assert first == ["epoch 0", "epoch 0", "epoch 1", "epoch 1", "after training", "after training"]
    assert [tile.name for tile in strips[2].tiles] == ["epoch 0", "epoch 0", "after training", "after training", "", ""]
    assert strips[0].tiles[0].lines == ("cross 0.91",)


def test_while_a_trial_is_missing_there_is_no_picture():
    assert saliency_sheet(FinishedRuns(missing="te")) is None


def test_probe_faces_are_found_by_their_class(ask, store):
    request = ask("figure5", scale="quick")
    planned, prepared = plan_runs(request, store, [])[0], request.sets["ck+"]
    ids = prepared.labels["id"][[0, 1, 24]].tolist()
    classes = [prepared.card.class_names[label] for label in prepared.labels["emotion"][[0, 1, 24]]]
    store.create(planned.config, run_id="mine").save_parts({"probes": ids})
    run = store.info("mine")
    results = Results(store, [PlannedRun(planned.experiment, planned.config, run)], request.sets)
    faces = results.probe_faces(run, (classes[2], "no such class", classes[0]))
    assert [position for position, _ in faces] == [classes.index(classes[2]), 0]
    np.testing.assert_array_equal(faces[1][1], prepared.images[0])
