"""Networks borrowed without a trace, and folded without another answer."""

import pytest
import torch
from torch import nn

from esr_core.errors import ConfigError
from esr_core.explanations import explain, grad_cam
from esr_core.networks import ESR, block_feature_maps, borrowed, for_inference, frozen, pooled_features

NETWORKS = [("lab", 0), ("lab", 3), ("lab", 5), ("wild", 4), ("wild", 8)]


@pytest.mark.parametrize(("architecture", "branching_level"), NETWORKS)
@torch.no_grad()
def test_the_folded_copy_has_the_logits_and_maps_of_the_original(network, images, architecture, branching_level):
    net = network(architecture, branching_level, num_branches=2, affect_head=True)
    net.set_normalisation((0.4,) * net.layout.input_channels, (0.3,) * net.layout.input_channels)
    folded = for_inference(net)
    pictures = images(net)
    assert net(pictures).std() > 0.05, "logits too alike for the comparison to mean something"
    torch.testing.assert_close(folded(pictures), net(pictures), rtol=0, atol=1e-4)
    torch.testing.assert_close(folded.affect(pictures), net.affect(pictures), rtol=0, atol=1e-4)
    torch.testing.assert_close(grad_cam(folded, pictures, 1), grad_cam(net, pictures, 1), rtol=0, atol=1e-5)


def test_the_folded_copy_is_an_esr_in_eval_mode_without_batch_norm_or_gradients(network):
    folded = for_inference(network("wild", 4, 2).train())
    assert isinstance(folded, ESR)
    assert not any(module.training for module in folded.modules())
    assert not any(isinstance(module, nn.BatchNorm2d) for module in folded.modules())
    assert not any(parameter.requires_grad for parameter in folded.parameters())
    convolutions = [module for module in folded.modules() if isinstance(module, nn.Conv2d)]
    assert all(conv.weight.is_contiguous(memory_format=torch.channels_last) for conv in convolutions)


@pytest.mark.parametrize(("architecture", "branching_level"), NETWORKS)
def test_frozen_layers_have_the_features_of_the_original_and_leave_it_as_it_was(
    network, images, architecture, branching_level
):
    net = network(architecture, branching_level)
    pictures = images(net)
    expected = net.shared(pictures).detach()
    layers = frozen(net.train().shared)
    features = layers(pictures)
    torch.testing.assert_close(features, expected, rtol=0, atol=1e-4)
    assert not features.requires_grad
    assert net.shared.training
    assert all(parameter.requires_grad for parameter in net.shared.parameters())
    assert not any(module.inplace for module in net.modules() if isinstance(module, nn.ReLU))


def test_a_network_that_nobody_else_has_is_folded_in_place(network, images):
    net = network()
    pictures = images(net)
    expected = net(pictures).detach()
    folded = for_inference(net, in_place=True)
    assert folded is net
    assert not any(isinstance(module, nn.BatchNorm2d) for module in net.modules())
    torch.testing.assert_close(net(pictures), expected, rtol=0, atol=1e-4)


def test_folding_leaves_the_original_as_it_was(network):
    net = network().train()
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    for_inference(net)
    assert net.training
    assert all(parameter.requires_grad for parameter in net.parameters())
    assert net.state_dict().keys() == before.keys()
    for name, tensor in net.state_dict().items():
        torch.testing.assert_close(tensor, before[name], rtol=0, atol=0)


@pytest.mark.parametrize(("architecture", "branching_level"), [("lab", 0), ("lab", 5), ("wild", 8)])
def test_a_bfloat16_copy_gives_float32_maps_that_differ_by_its_rounding_alone(
    network, images, architecture, branching_level
):
    net = network(architecture, branching_level, num_branches=2)
    pictures = images(net)
    full, half = (explain(for_inference(net, dtype), pictures) for dtype in (torch.float32, torch.bfloat16))
    assert half.logits.dtype == half.evidence.dtype == torch.float32
    maximum = full.evidence.abs().amax(dim=(3, 4), keepdim=True)
    error = (half.evidence - full.evidence).abs() / maximum
    assert 0 < error.mean() < 0.02, "bfloat16 keeps 8 bits; some of it must show, not much"
    assert error.max() < 0.15


@torch.no_grad()
def test_folding_twice_changes_nothing_more(network, images):
    once = for_inference(network())
    torch.testing.assert_close(for_inference(once)(images(once)), once(images(once)), rtol=0, atol=0)


def test_a_borrowed_network_gets_every_modules_own_mode_back(network):
    net = network().train()
    net.shared.eval()  # as frozen layers are in training
    modes = [module.training for module in net.modules()]
    with borrowed(net):
        assert not any(module.training for module in net.modules())
    assert [module.training for module in net.modules()] == modes


def test_a_borrowed_network_is_given_back_after_an_exception(network):
    net = network().train()
    with pytest.raises(ZeroDivisionError), borrowed(net):
        raise ZeroDivisionError
    assert all(module.training for module in net.modules())


@pytest.mark.parametrize(("architecture", "num_features"), [("lab", 64), ("wild", 512)])
def test_pooled_features_are_what_the_classifiers_decide_from(network, images, architecture, num_features):
    net = network(architecture, 3, num_branches=2).train()
    pictures = images(net, num_images=3)
    features = pooled_features(net, pictures, batch_size=2)
    assert features.shape == (3, 2, num_features)
    assert not features.requires_grad
    assert net.training
    with torch.no_grad():
        logits = torch.stack([branch.classifier(features[:, n]) for n, branch in enumerate(net.each_branch())], dim=1)
        torch.testing.assert_close(logits, net.eval()(pictures), rtol=0, atol=1e-4)


def test_features_of_no_images_have_their_shape(network, images):
    net = network()
    assert pooled_features(net, images(net)[:0]).shape == (0, 4, 64)


def test_maps_of_a_shared_block_are_there_once_and_behind_the_level_for_each_branch():
    torch.manual_seed(0)
    network = ESR("lab", branching_level=2, num_branches=3)
    images = torch.rand(2, 1, 96, 96)
    assert block_feature_maps(network, images, 2).shape == (2, 1, 64, 45, 45)
    third, last = (block_feature_maps(network, images, block) for block in (3, 5))
    assert third.shape == (2, 3, 64, 21, 21)
    with borrowed(network), torch.no_grad():
        torch.testing.assert_close(last, torch.stack(network.feature_maps(images), dim=1))
        shared = block_feature_maps(network, images, 2)[:, 0]
        torch.testing.assert_close(third[:, 1], list(network.each_branch())[1].blocks[0](shared))
    quick = for_inference(network)
    torch.testing.assert_close(block_feature_maps(quick, images, 2), shared[:, None], rtol=1e-3, atol=1e-4)
    with pytest.raises(ConfigError, match="block must be in 1-5 for the lab network, got 6"):
        block_feature_maps(network, images, 6)
