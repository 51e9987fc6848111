"""The atlas of many faces, against a plain loop over single ones."""

from pathlib import Path

import numpy as np
import pytest
import torch

from esr_core.data.builtin import draw_face, numbered_person, prototype_units, sample_portrait
from esr_core.data.face_parts import template_parts
from esr_core.data.faces import crop_face
from esr_core.data.network_input import to_images
from esr_core.emotions import EMOTIONS
from esr_core.errors import ExplanationError
from esr_core.explanations import (
    Atlas,
    AtlasQuestion,
    atlas_means,
    compare_branches,
    face_atlas,
    face_maps,
    region_shares,
    similarity_difference,
)
from esr_core.networks import ESR, for_inference
from esr_core.run_store import RunStore

LABELS = np.array([1, 0, 1, -1])


@pytest.fixture(scope="module")
def net() -> ESR:
    torch.manual_seed(0)
    return for_inference(ESR("lab", branching_level=4, num_branches=2, class_names=("fear", "joy", "none")))


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    portraits = [sample_portrait(number) for number in range(len(LABELS))]
    return np.stack([crop_face(portrait.photograph, portrait.box) for portrait in portraits])


def looped(net: ESR, pictures: np.ndarray, question: AtlasQuestion, classes: list[int | None]) -> list[np.ndarray]:
    """Maps (M, h, w) of each face, one after the other as page Faces computes them."""
    faces = zip(pictures, classes, strict=True)
    shown = [face_maps(net, to_images(face[None], "lab"), question.settings(name)) for face, name in faces]
    return [np.maximum(np.stack(each.maps), 0) for each in shown]


def mean_map(maps: list[np.ndarray]) -> np.ndarray:
    """Mean of the maps that have positive evidence, each divided by its sum."""
    shown = [each / each.sum() for each in maps if each.sum() > 0]
    return np.mean(shown, axis=0) if shown else np.full(maps[0].shape, np.nan)


@pytest.mark.parametrize("question", [AtlasQuestion(), AtlasQuestion(block=4), AtlasQuestion("saliency")], ids=str)
def test_it_holds_what_a_loop_over_the_faces_computes(net, pictures, question):
    atlas = face_atlas(net, pictures, LABELS, question)
    maps = looped(net, pictures, question, [None] * 4)
    np.testing.assert_allclose(atlas.shares, [region_shares(each, template_parts()) for each in maps], atol=1e-4)
    for name, faces in ((1, [0, 2]), (0, [1]), (None, [0, 1, 2, 3])):
        means = [mean_map([maps[face][position] for face in faces]) for position in range(3)]
        np.testing.assert_allclose(atlas.mean_maps(name), means, rtol=1e-3, atol=1e-6)
    alike = compare_branches(np.stack(maps)[:, :2], np.zeros((4, 2), int))
    np.testing.assert_allclose(atlas.similarity[:, 0], alike.rank_correlation[:, 0, 1], atol=1e-3)


def test_asked_about_the_faces_own_classes_each_is_explained_for_its_own(net, pictures):
    question = AtlasQuestion(of_labels=True)
    atlas = face_atlas(net, pictures[:3], LABELS[:3], question)
    maps = looped(net, pictures[:3], question, [1, 0, 1])
    np.testing.assert_allclose(atlas.shares, [region_shares(each, template_parts()) for each in maps], atol=1e-4)


def test_a_face_without_a_class_cannot_be_asked_about_it(net, pictures):
    with pytest.raises(ExplanationError, match="labels must be class indices to be explained, got -1"):
        face_atlas(net, pictures, LABELS, AtlasQuestion(of_labels=True))


def test_parts_join_to_the_atlas_of_the_whole(net, pictures):
    whole = face_atlas(net, pictures, LABELS, AtlasQuestion())
    joined = Atlas.joined([face_atlas(net, pictures[rows], LABELS[rows], AtlasQuestion()) for rows in ([0], [1, 2, 3])])
    for name, array in whole.arrays.items():
        np.testing.assert_allclose(joined.arrays[name], array, atol=1e-4, err_msg=name)


def test_of_a_single_network_there_is_one_map_and_nothing_to_be_alike(pictures):
    torch.manual_seed(0)
    atlas = face_atlas(ESR("lab", 3, 1), pictures, LABELS, AtlasQuestion())
    assert atlas.shares.shape[1] == atlas.sums.shape[1] == 1
    assert np.isnan(atlas_means(atlas).similarity).all()


@pytest.fixture
def by_hand() -> Atlas:
    """Four faces of one branch and the ensemble; the branch says nothing about the last."""
    shares = np.zeros((4, 2, 8))
    shares[:, 0, 0] = [0.2, 0.4, 0.6, np.nan]
    shares[3, 0] = np.nan
    shares[:, 1, 3] = 1.0
    similarity = np.column_stack([[0.1, 0.3, 0.5, np.nan], [1.0, 1.0, 1.0, np.nan]])
    sums = np.zeros((3, 2, 1, 1))
    sums[:, :, 0, 0] = [[1, 1], [2, 3], [0, 0]]
    return Atlas(np.array([0, 1, 1, 1]), shares, similarity, sums)


def test_means_are_over_the_faces_that_have_a_map(by_hand):
    means = atlas_means(by_hand)
    assert means.num_faces == 4
    np.testing.assert_array_equal(means.num_maps, [3, 4])
    np.testing.assert_allclose(means.shares[0, 0, 0], 0.4)
    np.testing.assert_allclose(means.shares[1, 3], [1, 1, 1])
    np.testing.assert_allclose(means.similarity[:, 0], [0.3, 1.0])
    low, high = means.similarity[0, 1:]
    assert 0.1 <= low < 0.3 < high <= 0.5
    np.testing.assert_allclose(by_hand.mean_maps()[:, 0, 0], 1)


def test_a_class_has_its_own_faces_and_one_that_nobody_has_is_not_defined(by_hand):
    means = atlas_means(by_hand, class_idx=1)
    assert means.num_faces == 3
    np.testing.assert_allclose(means.shares[0, 0, 0], 0.5)
    assert np.isnan(atlas_means(by_hand, class_idx=2).shares).all()
    assert np.isnan(by_hand.mean_maps(2)).all()


def test_people_are_drawn_with_all_their_faces(by_hand):
    one_person = atlas_means(by_hand, subjects=np.array(["a", "a", "a", "a"]))
    np.testing.assert_allclose(one_person.similarity[0, 0], 0.3)
    assert np.isnan(one_person.similarity[0, 1:]).all(), "one person shows no spread"


def test_a_difference_is_taken_face_by_face(by_hand):
    other = by_hand.similarity + np.array([0.2, 0.0])
    np.testing.assert_allclose(similarity_difference(other, by_hand.similarity), [[0.2] * 3, [0.0] * 3], atol=1e-12)
    with pytest.raises(ExplanationError, match="of the same faces"):
        similarity_difference(other[:2], by_hand.similarity)


def test_in_bfloat16_its_means_stay_within_a_fifth_of_their_intervals():
    trained = for_inference(RunStore(Path(__file__).parents[3] / "runs").load_network("gallery-level3-varied"))
    rng = np.random.default_rng(0)
    people = [draw_face(numbered_person(number, 0), prototype_units(EMOTIONS[number % 8])) for number in range(24)]
    faces = np.stack([crop_face(drawn.photograph, drawn.box) for drawn in people])
    faces = np.clip(faces + rng.normal(0, 8, faces.shape), 0, 255).astype(np.uint8)  # no two branches agree by drawing
    labels = np.arange(len(faces)) % 8  # of drawn faces a network names one of two classes by a hair
    plain, quick = (
        atlas_means(face_atlas(net, faces, labels, AtlasQuestion(of_labels=True)))
        for net in (trained, for_inference(trained, torch.bfloat16))
    )
    for name in ("shares", "similarity"):
        one, other = getattr(plain, name), getattr(quick, name)
        width = np.nanmean(one[..., 2] - one[..., 1])
        assert np.nanmax(np.abs(one[..., 0] - other[..., 0])) < width / 5
        assert not np.array_equal(one, other), "both are computed in float32"
