"""Grad-CAM against captum, against its definition, and as a guest of the network."""

import dataclasses

import pytest
import torch
from captum.attr import LayerGradCam
from torch import nn

from esr_core.errors import ConfigError, ExplanationError
from esr_core.explanations import AttributionSettings, Explanation, explain, grad_cam

pytestmark = pytest.mark.usefixtures("narrow_networks")


def captum_map(net, images, branch, class_idx):
    """The independent source: a backward pass from one logit to the last feature maps of its branch."""
    blocks = net.branches[branch].blocks
    layer = blocks[-1] if len(blocks) else net.shared[-1]
    return LayerGradCam(net, layer).attribute(images, target=(branch, class_idx), relu_attributions=True)[:, 0].detach()


@pytest.mark.parametrize("affect_head", [False, True])
@pytest.mark.parametrize("branching_level", range(6))
def test_lab_maps_equal_captums_for_every_branch(network, images, branching_level, affect_head):
    net = network("lab", branching_level, num_branches=4, affect_head=affect_head)
    pictures = images(net)
    for class_idx in (1, 4, 7):
        ours = grad_cam(net, pictures, class_idx)
        assert ours.any(), "only empty maps compared"
        for branch in range(4):
            torch.testing.assert_close(ours[:, branch], captum_map(net, pictures, branch, class_idx), rtol=0, atol=1e-5)


@pytest.mark.parametrize("branching_level", range(9))
def test_wild_maps_equal_captums_for_every_branch(network, images, branching_level):
    net = network("wild", branching_level, num_branches=2, affect_head=True)
    pictures = images(net)
    for class_idx in (2, 6):
        ours = grad_cam(net, pictures, class_idx)
        assert ours.any(), "only empty maps compared"
        for branch in range(2):
            torch.testing.assert_close(ours[:, branch], captum_map(net, pictures, branch, class_idx), rtol=0, atol=1e-5)


def test_maps_of_own_classes_per_image_and_branch_equal_captums(network, images):
    net = network(num_branches=2, class_names=("a", "b", "c"))
    pictures = images(net)
    classes = torch.tensor([[0, 2], [1, 1]])  # (B, N)
    ours = grad_cam(net, pictures, classes)
    for image in range(2):
        for branch in range(2):
            theirs = captum_map(net, pictures, branch, int(classes[image, branch]))[image]
            torch.testing.assert_close(ours[image, branch], theirs, rtol=0, atol=1e-5)


def test_logits_are_exactly_those_of_the_network(network, images):
    net = network("wild", 4, 3)
    with torch.no_grad():
        torch.testing.assert_close(explain(net, images(net)).logits, net(images(net)), rtol=0, atol=0)


@pytest.mark.parametrize(("architecture", "branching_level"), [("lab", 3), ("wild", 8)])
def test_evidence_adds_up_to_the_logit_without_its_bias(network, images, architecture, branching_level):
    net = network(architecture, branching_level)
    explanation = explain(net, images(net))
    bias = torch.stack([branch.classifier.bias for branch in net.branches]).detach()  # (N, C)
    torch.testing.assert_close(explanation.evidence.sum(dim=(-2, -1)) + bias, explanation.logits)


def test_without_a_class_each_branch_explains_its_own_prediction(network, images):
    net = network()
    predictions = net(images(net, 4)).argmax(dim=2)
    assert len(predictions.unique()) > 1, "branches too alike for the comparison to mean something"
    torch.testing.assert_close(grad_cam(net, images(net, 4)), grad_cam(net, images(net, 4), predictions))


def test_one_class_for_all_is_the_same_class_for_each(network, images):
    net = network()
    torch.testing.assert_close(grad_cam(net, images(net), 5), grad_cam(net, images(net), torch.full((2, 4), 5)))


def small_explanation():
    """One image, two branches, two classes, maps of 1x2: numbers to check by hand."""
    logits = torch.tensor([[[2.0, 0.0], [0.0, 1.0]]])
    evidence = torch.tensor([[[[[3.0, -1.0]], [[0.0, -2.0]]], [[[-5.0, 2.0]], [[1.0, 4.0]]]]])
    return Explanation(logits, evidence)  # evidence (B=1, N=2, C=2, h=1, w=2)


def test_maps_are_the_positive_evidence():
    explanation = small_explanation()
    assert explanation.predictions.tolist() == [[0, 1]]
    assert explanation.maps().tolist() == [[[[3.0, 0.0]], [[1.0, 4.0]]]]
    assert explanation.maps(1).tolist() == [[[[0.0, 0.0]], [[1.0, 4.0]]]]


def test_the_ensembles_map_weighs_evidence_for_and_against():
    first, second = (AttributionSettings(class_idx=class_idx, ensemble=True) for class_idx in (0, 1))
    assert small_explanation().attribution(first).tolist() == [[[[-1.0, 0.5]]]]  # (3 - 5) / 2 and (-1 + 2) / 2
    assert small_explanation().attribution(second).tolist() == [[[[0.5, 1.0]]]]


def test_where_everything_is_shared_the_ensembles_map_is_captums_of_the_mean_logit(network, images):
    net = network("lab", branching_level=5)

    def mean_logits(pictures):
        return net(pictures).mean(dim=1)

    theirs = LayerGradCam(mean_logits, net.shared[-1]).attribute(images(net), target=2, relu_attributions=True)
    ours = explain(net, images(net)).attribution(AttributionSettings(class_idx=2, ensemble=True)).relu()
    torch.testing.assert_close(ours, theirs.detach(), rtol=0, atol=1e-5)


def test_probabilities_are_the_softmax_over_classes():
    torch.testing.assert_close(small_explanation().probabilities[0, 0], torch.tensor([0.880797, 0.119203]))


def scaled_as_published(evidence):
    """The published code's scaling: by the map's maximum, whatever that is."""
    positive = evidence.relu()
    return positive / positive.amax(dim=(-2, -1), keepdim=True)


def test_a_map_without_positive_evidence_is_all_zeros(network, images):
    net = network()
    for n, branch in enumerate(net.branches):
        nn.init.constant_(branch.classifier.weight, -1.0 if n == 2 else 1.0)
    explanation = explain(net, images(net))
    maps = explanation.maps(0)
    assert (maps.amax(dim=(2, 3)) > 0).tolist() == [[True, True, False, True]] * 2
    assert not maps[:, 2].any()
    assert maps.isfinite().all()
    assert scaled_as_published(explanation.evidence[:, 2, 0]).isnan().all(), "the faulty variant has become sound"


@pytest.mark.parametrize(
    ("class_idx", "message"),
    [
        (8, "class_idx must be in 0-7, got 8"),
        (-1, "class_idx must be in 0-7, got -1"),
        (torch.tensor([[0, 1, 2, 3], [4, 5, 6, 8]]), "class_idx must be in 0-7, got 8"),
        (torch.zeros(4, dtype=torch.long), r"class_idx must be one number or of shape \(2, 4\), got \(4,\)"),
        (torch.zeros(4, 2, dtype=torch.long), r"class_idx must be one number or of shape \(2, 4\), got \(4, 2\)"),
        (torch.zeros(2, 4), "class_idx must hold whole numbers, got torch.float32"),
        (1.0, "class_idx must hold whole numbers"),
        (True, "class_idx must hold whole numbers, got torch.bool"),
    ],
)
def test_impossible_classes_are_refused(network, images, class_idx, message):
    net = network()
    with pytest.raises(ExplanationError, match=message):
        grad_cam(net, images(net), class_idx)


def test_the_shared_layers_and_each_branch_run_once(network, images):
    net = network(branching_level=3)
    calls = []
    for module in (net.shared[-1], *(branch.blocks[0] for branch in net.branches)):
        module.register_forward_hook(lambda module, *_: calls.append(module))
    grad_cam(net, images(net))
    assert calls == [net.shared[-1], *(branch.blocks[0] for branch in net.branches)]


def trace_of(net):
    """Everything about a network that an explanation could leave changed."""
    state = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    modes = [module.training for module in net.modules()]
    hooks = [len(m._forward_hooks) + len(m._forward_pre_hooks) + len(m._backward_hooks) for m in net.modules()]
    gradients = [(parameter.requires_grad, parameter.grad) for parameter in net.parameters()]
    return state, modes, hooks, gradients


def assert_same_trace(before, after):
    assert before[1:] == after[1:]
    for name, tensor in before[0].items():
        torch.testing.assert_close(after[0][name], tensor, rtol=0, atol=0)


def in_training(network):
    """A network half way through training: some layers frozen, the rest in training mode."""
    net = network().train()
    net.shared.eval().requires_grad_(False)
    return net


def test_a_network_in_training_is_explained_in_eval_mode_and_given_back(network, images):
    net = in_training(network)
    before = trace_of(net)
    maps = grad_cam(net, images(net))
    assert_same_trace(before, trace_of(net))
    assert not maps.requires_grad
    torch.testing.assert_close(maps, grad_cam(net.eval(), images(net)))


class Broken(nn.Module):
    def forward(self, _):
        raise ArithmeticError("broken on purpose")


@pytest.mark.parametrize(
    ("fault", "error"),
    [("images", ConfigError), ("class", ExplanationError), ("branch", ArithmeticError)],
)
def test_a_network_is_given_back_after_an_exception(network, images, fault, error):
    net = in_training(network)
    pictures = images(net)[:, :, :48] if fault == "images" else images(net)
    if fault == "branch":
        net.branches[1].blocks.append(Broken())
    before = trace_of(net)
    with pytest.raises(error):
        grad_cam(net, pictures, 8 if fault == "class" else None)
    assert_same_trace(before, trace_of(net))


def test_an_explanation_cannot_be_altered():
    with pytest.raises(dataclasses.FrozenInstanceError):
        small_explanation().logits = torch.zeros(1, 2, 2)
