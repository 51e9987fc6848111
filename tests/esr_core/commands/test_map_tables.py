"""``evaluate --maps``: where the branches of stored runs look over all their test pictures."""

import json

import numpy as np
import pytest
import torch

from esr_core.commands import main
from esr_core.config import NetworkConfig, TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.explanations import SIMILARITIES, AtlasQuestion, atlas_means, face_atlas
from esr_core.metrics import Predictions
from esr_core.networks import ESR, for_inference
from esr_core.run_store import RunStore

ROWS = slice(0, 4)  # of the test part


@pytest.fixture
def prepared(prepared_faces) -> PreparedSet:
    return PreparedSet.open(prepared_faces / "tiny")


@pytest.fixture
def store(tmp_path, prepared) -> RunStore:
    """An ensemble, a traditional one and a single network, all with evidence everywhere, tested on four faces."""
    store = RunStore(tmp_path / "runs")
    labels = prepared.labels[ROWS]
    for run_id, level, branches in (("esr", 4, 2), ("te", 0, 2), ("single", 3, 1)):
        torch.manual_seed(0)
        network = ESR.from_config(NetworkConfig(branching_level=level, num_branches=branches))
        for branch in network.each_branch():
            torch.nn.init.uniform_(branch.classifier.weight)
        writer = store.create(TrainingConfig(data=str(prepared.folder), network=network.config), run_id=run_id)
        writer.start({"data_fingerprint": prepared.card.fingerprint})
        writer.save_network(network)
        writer.save_parts({"test": labels["id"].tolist(), "training": []})
        logits = np.zeros((len(labels), branches, 8), dtype=np.float32)
        predictions = Predictions(
            labels["id"].to_numpy(dtype=object), labels["emotion"].to_numpy(int), logits, network.config.class_names
        )
        writer.save_predictions("test", predictions)
        writer.finish({})
    return store


def test_shares_and_likeness_are_those_of_the_atlas_and_compared_with_the_traditional_ensemble(
    store, prepared, tmp_path, capsys
):
    path = tmp_path / "out.json"
    assert main(["evaluate", "esr", "te", "single", "--maps", "--runs", str(store.root), "--output", str(path)]) == 0
    assert "likeness of the branches' maps, differences from te" in capsys.readouterr().out
    values = json.loads(path.read_text())
    likeness = {row["run"]: row for row in values["likeness of the branches' maps, differences from te"]}
    assert set(likeness) == {"esr", "te"}, "a single branch is like no other"
    labels = prepared.labels["emotion"].to_numpy(int)[ROWS]
    quick = for_inference(store.load_network("esr"))
    means = atlas_means(face_atlas(quick, prepared.images[ROWS], labels, AtlasQuestion()))
    measure = SIMILARITIES[0]
    assert likeness["esr"][measure] == pytest.approx(means.similarity[0, 0], abs=1e-4)
    difference = likeness["esr"][measure] - likeness["te"][measure]
    assert likeness["esr"][f"{measure}, difference"] == pytest.approx(difference)
    assert likeness["te"][f"{measure}, difference"] is None
    shares = values["shares of the maps by region"]
    assert {row["map"] for row in shares if row["run"] == "single"} == {"branch 1"}
    total = sum(row["share"] for row in shares if (row["run"], row["map"]) == ("esr", "ensemble"))
    assert total == pytest.approx(1)
