"""What an ensemble with shared representations shares, computes, refuses and grows by."""

import pytest
import torch
from torch import nn

from esr_core.config import NetworkConfig
from esr_core.errors import ConfigError
from esr_core.networks import ESR

EVERY_NETWORK = [("lab", level) for level in range(6)] + [("wild", level) for level in range(9)]


@pytest.mark.parametrize(("architecture", "branching_level"), EVERY_NETWORK)
@torch.no_grad()
def test_logits_are_those_of_each_branch_on_the_shared_features(network, images, architecture, branching_level):
    net = network(architecture, branching_level, num_branches=2)
    pictures = images(net)
    logits = net(pictures)
    assert logits.shape == (2, 2, 8)
    for n, branch in enumerate(net.branches):
        torch.testing.assert_close(branch(net.shared(pictures)), logits[:, n])


@pytest.mark.parametrize("first", [0, 1, 2])
@torch.no_grad()
def test_branches_before_the_first_that_is_asked_are_left_out(network, images, first):
    net = network(num_branches=3)
    pictures = images(net)
    assert torch.equal(net(pictures, first=first), net(pictures)[:, first:])


@pytest.mark.parametrize("first", [-1, 3])
def test_a_first_branch_that_is_not_there_is_refused(network, images, first):
    net = network(num_branches=3)
    with pytest.raises(ConfigError, match=f"^first must be from 0 to 2, got {first}$"):
        net(images(net), first=first)


@pytest.mark.parametrize(("architecture", "branching_level"), EVERY_NETWORK)
@torch.no_grad()
def test_last_feature_maps_are_7x7_in_the_lab_and_6x6_in_the_wild(network, images, architecture, branching_level):
    net = network(architecture, branching_level, num_branches=2)
    expected = (1, 64, 7, 7) if architecture == "lab" else (1, 512, 6, 6)
    assert [tuple(maps.shape) for maps in net.feature_maps(images(net, 1))] == [expected, expected]


@torch.no_grad()
def test_logits_are_the_linear_layer_on_globally_averaged_feature_maps(network, images):
    net = network()
    maps = net.feature_maps(images(net))[1]
    by_hand = nn.functional.adaptive_avg_pool2d(maps, 1).flatten(1) @ net.branches[1].classifier.weight.T
    torch.testing.assert_close(net(images(net))[:, 1], by_hand + net.branches[1].classifier.bias)


def test_level_0_shares_nothing():
    net = ESR("lab", branching_level=0, num_branches=3)
    assert not list(net.shared.parameters())
    owned = [set(map(id, branch.parameters())) for branch in net.branches]
    assert owned[0].isdisjoint(owned[1])
    assert owned[0].isdisjoint(owned[2])
    assert owned[1].isdisjoint(owned[2])


@pytest.mark.parametrize(("architecture", "last_level"), [("lab", 5), ("wild", 8)])
def test_after_the_last_convolution_a_branch_is_only_its_linear_layer(architecture, last_level):
    branch = ESR(architecture, last_level, num_branches=2).branches[0]
    assert [name for name, _ in branch.named_parameters()] == ["classifier.weight", "classifier.bias"]


@pytest.mark.parametrize("branching_level", [0, 3, 5])
@torch.no_grad()
def test_a_new_branch_leaves_everything_before_it_untouched(network, images, branching_level):
    net = network(branching_level=branching_level, num_branches=2)
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    old_logits = net(images(net))
    branch = net.add_branch()
    after = net.state_dict()
    for name, tensor in before.items():
        torch.testing.assert_close(after[name], tensor, rtol=0, atol=0)
    torch.testing.assert_close(net(images(net))[:, :2], old_logits, rtol=0, atol=0)
    assert net.branches[2] is branch
    assert net.config.num_branches == 3


@pytest.mark.parametrize("training", [True, False])
def test_a_new_branch_is_fresh_and_in_the_mode_of_the_network(network, training):
    net = network(num_branches=1, affect_head=True).train(training)
    branch = net.add_branch()
    assert branch.training is training
    assert branch.affect_head is not None
    assert not torch.equal(branch.classifier.weight, net.branches[0].classifier.weight)


@torch.no_grad()
def test_images_are_normalised_by_the_stored_mean_and_deviation(network, images):
    plain, normalised = network("wild", 4, 1), network("wild", 4, 1)
    normalised.set_normalisation((0.5, 0.25, 0.125), (0.5, 2.0, 0.25))
    pictures = images(plain)
    mean = torch.tensor((0.5, 0.25, 0.125))[None, :, None, None]
    std = torch.tensor((0.5, 2.0, 0.25))[None, :, None, None]
    torch.testing.assert_close(normalised(pictures), plain((pictures - mean) / std))


@pytest.mark.parametrize(
    ("mean", "std"),
    [
        ((0.5,), (0.2,)),
        ((0.5,) * 3, (0.2,) * 2),
        ((0.5,) * 3, (0.2, 0.0, 0.2)),
        ((0.5,) * 3, (0.2, float("nan"), 0.2)),
        ((0.5, 0.5, float("inf")), (0.2,) * 3),
    ],
)
def test_an_impossible_normalisation_is_refused(mean, std):
    with pytest.raises(ConfigError, match="mean and std must hold 3 finite values each, std above 0"):
        ESR("wild", branching_level=4).set_normalisation(mean, std)


@torch.no_grad()
def test_valence_and_arousal_are_linear_in_the_positive_logits(network, images):
    net = network("wild", 4, 2, affect_head=True)
    affect = net.affect(images(net))
    assert affect.shape == (2, 2, 2)
    head = net.branches[1].affect_head
    positive = net(images(net))[:, 1].clamp(min=0)
    torch.testing.assert_close(affect[:, 1], positive @ head.weight.T + head.bias)


def test_affect_without_an_affect_head_is_refused(network, images):
    net = network()
    with pytest.raises(ConfigError, match="affect_head must be True"):
        net.affect(images(net))


@pytest.mark.parametrize("shape", [(1, 96, 96), (1, 3, 96, 96), (1, 1, 48, 48)])
@pytest.mark.parametrize("method", ["forward", "affect", "feature_maps"])
def test_images_of_another_shape_are_refused_with_both_shapes(network, shape, method):
    net = network(affect_head=True)
    with pytest.raises(ConfigError, match=r"images must be \(B, 1x96x96\) for the lab network, got"):
        getattr(net, method)(torch.rand(shape))


@pytest.mark.parametrize(("architecture", "level"), [("lab", 6), ("lab", -1), ("wild", 9)])
def test_an_impossible_level_is_refused(architecture, level):
    with pytest.raises(ConfigError, match=f"branching_level must be 0-. for the {architecture} network, got {level}"):
        ESR(architecture, branching_level=level)


def test_a_network_is_rebuilt_from_its_configuration():
    config = NetworkConfig(architecture="wild", branching_level=4, num_branches=2, class_names=("a", "b"))
    net = ESR.from_config(config)
    assert net.config == config
    assert net.branches[0].classifier.out_features == 2
    assert {name: t.shape for name, t in net.state_dict().items()} == {
        name: t.shape for name, t in ESR("wild", 4, 2, ("a", "b")).state_dict().items()
    }
