"""The atlas of a stored run: faces in chunks, each kept on disk."""

from itertools import islice

import numpy as np
import pytest
import torch

from esr_core.data.prepared import PreparedSet
from esr_core.evaluation import AtlasFaces, AtlasStore, atlas, atlas_faces, compare_atlases
from esr_core.explanations import AtlasQuestion, face_atlas
from esr_core.explanations.disk_cache import ArrayCache
from esr_core.networks import ESR, for_inference

NAMES = ("neutral", "happiness", "anger")  # of the set's classes


@pytest.fixture(scope="module")
def net() -> ESR:
    torch.manual_seed(0)
    net = for_inference(ESR("lab", branching_level=4, num_branches=2, class_names=NAMES))
    for branch in net.each_branch():
        branch.classifier.weight.abs_()  # every map has evidence
    return net


@pytest.fixture(scope="module")
def prepared(prepared_faces) -> PreparedSet:
    return PreparedSet.open(prepared_faces / "tiny")


@pytest.fixture
def faces(prepared, monkeypatch) -> AtlasFaces:
    """Seven faces in chunks of three."""
    monkeypatch.setattr(atlas, "CHUNK", 3)
    return atlas_faces(prepared, prepared.labels["id"][:7], NAMES, AtlasQuestion())


@pytest.fixture
def store(tmp_path) -> AtlasStore:
    return AtlasStore(ArrayCache(tmp_path, 10**7), "weights", AtlasQuestion())


def test_the_order_depends_on_the_names_alone_and_labels_are_the_networks(prepared):
    ids = prepared.labels["id"].to_numpy(dtype=object)
    one, other = (atlas_faces(prepared, names, NAMES, AtlasQuestion()) for names in (ids, ids[::-1]))
    np.testing.assert_array_equal(one.ids, other.ids)
    assert list(one.ids) != list(ids)
    emotions = prepared.labels["emotion"].iloc[one.rows].to_numpy()
    known = [NAMES.index(name) if name in NAMES else -1 for name in np.array(prepared.card.class_names)[emotions]]
    np.testing.assert_array_equal(one.labels, known)
    np.testing.assert_array_equal(one.subjects, prepared.labels["subject"].iloc[one.rows])


def test_asked_about_their_classes_only_faces_of_the_networks_classes_are_there(prepared):
    faces = atlas_faces(prepared, prepared.labels["id"], NAMES, AtlasQuestion(of_labels=True))
    assert 0 < len(faces) < len(prepared.labels)
    assert faces.labels.min() == 0


def test_it_grows_by_chunks_to_what_all_faces_give_at_once(net, faces, store):
    steps = list(store.steps(faces, lambda: net))
    assert [len(step.labels) for step in steps] == [3, 6, 7]
    whole = face_atlas(net, faces.prepared.images[faces.rows], faces.labels, AtlasQuestion())
    for name, array in whole.arrays.items():
        np.testing.assert_allclose(steps[-1].arrays[name], array, atol=1e-4, err_msg=name)


def test_what_was_done_before_a_stop_is_kept_and_not_done_again(net, faces, store):
    assert store.stored(faces) is None
    (first,) = islice(store.steps(faces, lambda: net), 1)
    stored = store.stored(faces)
    np.testing.assert_array_equal(stored.labels, first.labels)
    assert [len(step.labels) for step in store.steps(faces, lambda: net, stored)] == [6, 7]

    def network() -> ESR:
        raise AssertionError("no network is needed for what is stored")

    assert [len(step.labels) for step in store.steps(faces, network)] == [3, 6, 7]
    assert list(store.steps(faces, network, store.stored(faces))) == []


@pytest.mark.parametrize(
    ("weights", "question", "precision"),
    [
        ("other", AtlasQuestion(), "float32"),
        ("weights", AtlasQuestion(block=5), "float32"),
        ("weights", AtlasQuestion("saliency"), "float32"),
        ("weights", AtlasQuestion(), "bfloat16"),
    ],
    ids=["weights", "block", "method", "precision"],
)
def test_other_weights_and_other_questions_are_kept_apart(net, faces, store, weights, question, precision):
    list(islice(store.steps(faces, lambda: net), 1))
    assert AtlasStore(store.cache, weights, question, precision).stored(faces) is None


def test_runs_are_compared_on_the_faces_that_both_have_explained(net, prepared, faces, store):
    mine = list(store.steps(faces, lambda: net))[1]  # six of seven
    others = atlas_faces(prepared, faces.ids[2:], NAMES, AtlasQuestion())
    theirs = face_atlas(net, prepared.images[others.rows], others.labels, AtlasQuestion())
    count, difference = compare_atlases(mine, faces, theirs, others)
    assert count == 4
    np.testing.assert_allclose(difference[:, 0], 0, atol=1e-4)
    named = int((faces.labels[2:6] == 0).sum())
    assert compare_atlases(mine, faces, theirs, others, class_idx=0)[0] == named
