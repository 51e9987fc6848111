import numpy as np
import pytest
import torch
from torch import nn

from esr_core.errors import ExplanationError
from esr_core.explanations import FaithfulnessSettings, centre_map, explain, faithfulness
from esr_core.explanations.faithfulness import changed_pixels
from esr_core.networks import ESR

pytestmark = pytest.mark.usefixtures("narrow_networks")

FEW = FaithfulnessSettings(steps=8, random_maps=3)
CELLS = (slice(3, 5), slice(6, 8))  # rows and columns of the bright square, in cells of 8 px


@pytest.fixture
def image():
    """A face of 12x12 cells, one square of them bright."""
    cells = torch.full((12, 12), 0.1)
    cells[CELLS] = 1.0
    return cells.repeat_interleave(8, dim=0).repeat_interleave(8, dim=1)[None]


@pytest.fixture
def seeing_light(image):
    """Three branches made by hand that say class 0 while they see most of the bright square, else 1."""
    net = ESR("lab", 5, num_branches=3, class_names=("light", "dark")).eval()
    for block in list(net.shared)[1:]:
        nn.init.dirac_(block[0].weight)
        nn.init.zeros_(block[0].bias)
    nn.init.constant_(net.shared[1][0].bias, -0.5)  # what is darker than 0.5 is not seen
    seen = float(net.shared(image[None])[0, 0].detach().mean())
    for branch in net.branches:
        nn.init.zeros_(branch.classifier.weight)
        branch.classifier.weight.data[0, 0] = 10 / seen
        branch.classifier.bias.data = torch.tensor([-6.0, 0.0])
    return net


def test_a_map_that_is_right_beats_random_ones_and_the_centre_and_a_wrong_one_does_not(seeing_light, image):
    right, wrong, empty = np.zeros((3, 12, 12))
    right[CELLS] = 1
    wrong[:] = 1 - right
    result = faithfulness(seeing_light, image, np.stack([right, wrong, empty]), np.zeros(3, int), FEW)
    deletion, insertion = result.area(result.own.deletion), result.area(result.own.insertion)
    random_deletion, random_insertion = result.area(result.random.deletion), result.area(result.random.insertion)
    assert deletion[0] < min(random_deletion[:, 0].min(), result.area(result.centre.deletion)[0])
    assert insertion[0] > max(random_insertion[:, 0].max(), result.area(result.centre.insertion)[0])
    assert deletion[1] > random_deletion[:, 1].max()
    assert insertion[1] < random_insertion[:, 1].min()


def test_grad_cam_of_what_is_seen_beats_every_random_map(seeing_light, image):
    explanation = explain(seeing_light, image[None])
    assert explanation.predictions.tolist() == [[0, 0, 0]]
    result = faithfulness(seeing_light, image, explanation.maps()[0].numpy(), np.zeros(3, int), FEW)
    assert (result.area(result.own.deletion) < result.area(result.random.deletion).min(axis=0)).all()
    assert (result.area(result.own.insertion) > result.area(result.random.insertion).max(axis=0)).all()


def test_a_map_without_positive_evidence_has_no_curve(seeing_light, image):
    maps = np.stack([centre_map(), np.zeros((96, 96)), -centre_map()])
    result = faithfulness(seeing_light, image, maps, np.zeros(3, int), FaithfulnessSettings(steps=2, random_maps=1))
    for curves in (result.own.deletion, result.own.insertion):
        np.testing.assert_array_equal(np.isnan(curves).all(axis=1), [False, True, True])
        np.testing.assert_array_equal(np.isnan(result.area(curves)), [False, True, True])
    assert np.isfinite(result.random.deletion).all()
    assert np.isfinite(result.centre.insertion).all()


def test_curves_run_from_the_whole_face_to_the_baseline_and_back(network, images):
    net = network(num_branches=2)
    image = images(net)[0]
    result = faithfulness(net, image, np.ones((2, 7, 7)), np.full(2, 3), FaithfulnessSettings(steps=5, random_maps=2))
    np.testing.assert_allclose(result.shares, np.linspace(0, 1, 6), atol=1e-4)
    grey = torch.full_like(image, float(image.mean()))
    with torch.no_grad():
        whole, flat = net(torch.stack([image, grey])).softmax(dim=2)[:, :, 3].numpy()
    for curves in (result.own, result.centre, result.random):
        np.testing.assert_allclose(curves.deletion[..., 0], np.broadcast_to(whole, curves.deletion.shape[:-1]), 1e-5)
        np.testing.assert_allclose(curves.deletion[..., -1], np.broadcast_to(flat, curves.deletion.shape[:-1]), 1e-5)
        np.testing.assert_allclose(curves.insertion[..., -1], np.broadcast_to(whole, curves.deletion.shape[:-1]), 1e-5)


def test_every_step_is_what_a_plain_loop_measures(network, images):
    """Each picture made and judged on its own, in the order of a map without ties."""
    net = network("wild", 4, num_branches=2)
    image = images(net)[0]
    maps = np.random.default_rng(3).random((2, 96, 96)).astype(np.float32)
    result = faithfulness(net, image, maps, np.array([2, 5]), FaithfulnessSettings(steps=4, random_maps=1))
    for branch, class_idx in enumerate((2, 5)):
        strongest_first = np.argsort(-maps[branch].ravel())
        for step in range(5):
            altered = image.clone().reshape(3, -1)
            altered[:, strongest_first[: step * 96 * 96 // 4]] = image.mean(dim=(1, 2))[:, None]
            with torch.no_grad():
                expected = net(altered.reshape(1, 3, 96, 96))[0, branch].softmax(dim=0)[class_idx]
            assert result.own.deletion[branch, step] == pytest.approx(float(expected), rel=1e-4)


def test_the_ensembles_map_is_judged_by_the_mean_of_the_branches_probabilities(network, images):
    net = network(num_branches=3)
    image = images(net)[0]
    maps = np.random.default_rng(3).random((4, 96, 96)).astype(np.float32)
    settings = FaithfulnessSettings(steps=4, random_maps=2)
    result = faithfulness(net, image, maps, np.array([0, 1, 2, 5]), settings)
    strongest_first = np.argsort(-maps[3].ravel())
    for step in range(5):
        altered = image.clone().reshape(1, -1)
        altered[:, strongest_first[: step * 96 * 96 // 4]] = image.mean()
        with torch.no_grad():
            expected = net(altered.reshape(1, 1, 96, 96))[0].softmax(dim=1).mean(dim=0)[5]
        assert result.own.deletion[3, step] == pytest.approx(float(expected), rel=1e-4)
    same_class = faithfulness(net, image, maps, np.full(4, 5), settings)
    for curves in (same_class.random, same_class.centre):
        np.testing.assert_allclose(curves.insertion[..., 3, :], curves.insertion[..., :3, :].mean(axis=-2), rtol=1e-5)
    without = faithfulness(net, image, maps[:3], np.array([0, 1, 2]), settings)
    np.testing.assert_allclose(result.own.insertion[:3], without.own.insertion, rtol=1e-5)


def test_deleting_into_blur_ends_where_insertion_begins(network, images):
    net = network(num_branches=2)
    settings = FaithfulnessSettings(steps=2, deletion_baseline="blur", random_maps=1)
    result = faithfulness(net, images(net)[0], np.ones((2, 7, 7)), np.zeros(2, int), settings)
    np.testing.assert_allclose(result.own.deletion[:, -1], result.own.insertion[:, 0], rtol=1e-5)


def test_an_area_is_the_mean_height_of_the_curve(seeing_light, image):
    result = faithfulness(
        seeing_light, image, np.ones((3, 7, 7)), np.zeros(3, int), FaithfulnessSettings(steps=2, random_maps=1)
    )
    np.testing.assert_allclose(result.area(np.array([[1, 1, 1], [1, 0.5, 0], [0, 1, 0]])), [1, 0.5, 0.5])


def test_the_same_seed_gives_the_same_curves_and_another_other_random_maps(network, images):
    net = network(num_branches=2)
    arguments = net, images(net)[0], np.eye(7)[None].repeat(2, 0), np.zeros(2, int)
    one, same, other = (
        faithfulness(*arguments, FaithfulnessSettings(2, random_maps=3, seed=seed)) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(one.random.deletion, same.random.deletion)
    np.testing.assert_array_equal(one.own.insertion, same.own.insertion)
    assert (one.random.deletion != other.random.deletion).any()
    assert len({tuple(curve) for curve in one.random.deletion[:, 0]}) == 3


def test_pixels_are_changed_strongest_first_and_equal_ones_from_anywhere():
    saliency = np.zeros((96, 96))
    saliency[80:, :] = 1  # 1536 pixels at the bottom
    half, all_but_few = changed_pixels(saliency, np.array([768, 5000]), np.random.default_rng(0))
    assert half[80:].sum() == half.sum() == 768
    assert all_but_few[80:].all()
    assert all_but_few.sum() == 5000
    rest = all_but_few[:80]
    assert rest[:40].mean() == pytest.approx(rest[40:].mean(), abs=0.05), "equal pixels go from the top downwards"


def test_equal_pixels_of_a_coarse_map_are_changed_in_patches_as_coarse():
    saliency = np.eye(12)[:, ::-1]
    (half,) = changed_pixels(saliency, np.array([96 * 48]), np.random.default_rng(0))
    borders = (half[:, 1:] != half[:, :-1]).sum() + (half[1:] != half[:-1]).sum()
    assert borders < 0.15 * 2 * 96 * 95, "scattered pixels: as many as half of all neighbours would differ"


def test_the_centre_map_is_strongest_in_the_middle_and_symmetric():
    blob = centre_map(4)
    np.testing.assert_allclose(blob, blob.T)
    np.testing.assert_allclose(blob, blob[::-1])
    assert blob[1, 1] / blob[0, 1] == pytest.approx(np.exp(-(0.125**2 - 0.375**2) / (2 * 0.25**2)))


def test_a_mirrored_face_with_mirrored_maps_has_the_same_areas_where_the_network_has_no_sides(seeing_light, image):
    maps = np.zeros((3, 12, 12))
    maps[(slice(None), *CELLS)] = 1
    settings = FaithfulnessSettings(steps=8, random_maps=1)
    one = faithfulness(seeing_light, image, maps, np.zeros(3, int), settings)
    mirrored = faithfulness(seeing_light, image.flip(2), maps[..., ::-1], np.zeros(3, int), settings)
    np.testing.assert_allclose(one.area(one.own.deletion), mirrored.area(mirrored.own.deletion), atol=0.02)


def test_a_network_in_training_is_given_back(network, images):
    net = network(num_branches=2).train()
    faithfulness(net, images(net)[0], np.ones((2, 7, 7)), np.zeros(2, int), FaithfulnessSettings(2, random_maps=1))
    assert all(module.training for module in net.modules())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image": torch.zeros(3, 96, 96)}, r"image must be \(1, 96, 96\) for this network, got \(3, 96, 96\)"),
        (
            {"maps": np.zeros((4, 7, 7))},
            r"maps must be \(2, h, w\), one per branch, or one more for the ensemble, got \(4, 7, 7\)",
        ),
        ({"maps": np.full((2, 7, 7), np.nan)}, "maps must hold finite numbers"),
        ({"classes": np.zeros(3, int)}, r"classes must be 2 whole numbers, got int64 \(3,\)"),
        ({"classes": np.array([0, 8])}, r"classes must be in 0-7, got \[0, 8\]"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(network, changes, message):
    arguments = {"image": torch.zeros(1, 96, 96), "maps": np.zeros((2, 7, 7)), "classes": np.zeros(2, int)} | changes
    with pytest.raises(ExplanationError, match=message):
        faithfulness(network(num_branches=2), **arguments)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"steps": 0}, "steps must be in 1-9216, got 0"),
        ({"deletion_baseline": "black"}, "deletion_baseline must be grey or blur, got 'black'"),
        ({"random_maps": 0}, "random_maps must be at least 1, got 0"),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ExplanationError, match=message):
        FaithfulnessSettings(**settings)
