"""How saliency forms can be replayed: weights of named epochs, and maps of probe faces at every validation point."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from esr_core.architectures import ARCHITECTURES
from esr_core.data.network_input import to_images
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DamagedRunError
from esr_core.explanations import explain
from esr_core.run_store import RunStore
from esr_core.trainer import train_run

pytestmark = pytest.mark.usefixtures("narrow_networks")


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> RunStore:
    return RunStore(tmp_path_factory.mktemp("milestones") / "runs")


@pytest.fixture(scope="module")
def run_id(store, tiny_training) -> str:
    """Two branches of three epochs, validated at the end, with the weights of epochs 0, 1 and 3 kept."""
    config = tiny_training.replace(
        epochs_first_branch=3, epochs_later_branch=3, validate_every_epochs=3, milestones=(0, 1)
    )
    return train_run(store, store.create(config).run_id).run_id


def test_named_epochs_and_the_last_one_are_kept_for_each_branch(store, run_id):
    kept = [(milestone.branch, milestone.epoch) for milestone in store.milestones(run_id)]
    assert kept == [(1, 0), (1, 1), (1, 3), (2, 0), (2, 1), (2, 3)]
    assert [(record.branch, record.epoch) for record in store.history(run_id)] == kept


def test_a_milestone_has_the_branches_of_its_moment(store, run_id):
    networks = [store.load_network(run_id, milestone.checkpoint) for milestone in store.milestones(run_id)]
    assert [len(network.branches) for network in networks] == [1, 1, 1, 2, 2, 2]
    first = networks[0].branches[0].classifier.weight
    assert not torch.equal(first, networks[2].branches[0].classifier.weight)


def test_maps_of_probe_faces_are_those_of_the_milestones_checkpoint(store, run_id, tiny_training):
    prepared = PreparedSet.open(store.root.parent / tiny_training.data)
    probes = store.parts(run_id)["probes"]
    assert set(probes) <= set(store.parts(run_id)["validation"])
    rows = prepared.labels.set_index("id").index.get_indexer(probes)
    assert prepared.labels["emotion"].to_numpy()[rows].tolist() == list(range(8))  # one of each class
    images = to_images(prepared.images[rows], "lab")
    maps = {(each.branch, each.epoch): each for each in store.probe_maps(run_id)}
    assert len(maps) == 6
    for milestone in store.milestones(run_id):
        expected = explain(store.load_network(run_id, milestone.checkpoint), images)
        stored = maps[milestone.branch, milestone.epoch]
        np.testing.assert_allclose(stored.evidence.numpy(), expected.evidence.numpy(), atol=1e-5)
        np.testing.assert_allclose(stored.logits.numpy(), expected.logits.numpy(), atol=1e-4)


def test_maps_of_some_moments_are_read_alone(store, run_id):
    every = [(each.branch, each.epoch) for each in store.probe_maps(run_id)]
    some = store.probe_maps(run_id, [every[-1], every[0], (99, 0)])
    assert [(each.branch, each.epoch) for each in some] == [every[0], every[-1]]


@pytest.mark.parametrize(("dtype", "most_of_weights"), [("float16", 0.53), ("int8", 0.3)])
def test_rounded_milestones_take_a_half_or_a_quarter_of_the_space_and_maps_a_half(
    tmp_path, tiny_training, monkeypatch, dtype, most_of_weights
):
    monkeypatch.setattr("esr_core.config.groups.ARCHITECTURES", ARCHITECTURES)  # of narrow ones half is in the headers
    store = RunStore(tmp_path / "runs")
    config = tiny_training.replace(network=tiny_training.network.replace(num_branches=1), milestones=(0,))
    exact, rounded = (
        train_run(store, store.create(config.replace(checkpoint_dtype=each)).run_id).run_id
        for each in ("float32", dtype)
    )
    for folder, most in (("checkpoints", most_of_weights), ("maps", 0.56)):
        sizes = [
            sum(path.stat().st_size for path in (store.folder(one) / folder).iterdir()) for one in (rounded, exact)
        ]
        assert sizes[0] < most * sizes[1]
    for maps, exact_maps in zip(store.probe_maps(rounded), store.probe_maps(exact), strict=True):
        np.testing.assert_allclose(maps.evidence.numpy(), exact_maps.evidence.numpy(), atol=1e-3, rtol=1e-3)


def test_milestones_have_a_type_of_their_own(store, tiny_training):
    run_id = train_run(store, store.create(tiny_training.replace(milestone_dtype="int8")).run_id).run_id
    folder = store.folder(run_id) / "checkpoints"
    for path in folder.iterdir():
        dtype = load_file(path)["branches.0.classifier.weight"].dtype
        assert dtype == (torch.float32 if path.name == "best.safetensors" else torch.int8), path.name


def test_no_milestones_keep_the_best_ensemble_alone(store, tiny_training):
    run_id = train_run(store, store.create(tiny_training.replace(milestones=())).run_id).run_id
    assert store.milestones(run_id) == []
    assert [path.name for path in (store.folder(run_id) / "checkpoints").iterdir()] == ["best.safetensors"]


def test_a_damaged_map_is_named(store, tiny_training):
    run_id = store.create(tiny_training, run_id="torn-map").run_id
    (store.folder(run_id) / "maps").mkdir()
    (store.folder(run_id) / "maps" / "branch1-epoch0.safetensors").write_bytes(b"nothing")
    with pytest.raises(DamagedRunError, match=r"torn-map/maps/branch1-epoch0\.safetensors cannot be read"):
        store.probe_maps(run_id)
