"""Every method against captum called directly on the whole network, and as a guest of the network."""

import warnings

import pytest
import torch
from captum.attr import GuidedGradCam, IntegratedGradients, LayerGradCam, Occlusion, Saliency
from torch import nn

from esr_core.errors import ConfigError, ExplanationError
from esr_core.explanations import METHODS, AttributionSettings, attribute, explain
from esr_core.metrics import plurality_vote
from esr_core.networks import for_inference
from tests.esr_core.explanations.test_grad_cam import Broken, assert_same_trace, in_training, trace_of

pytestmark = pytest.mark.usefixtures("narrow_networks")

SMALL = {"branching_level": 3, "num_branches": 2, "class_names": ("a", "b", "c"), "affect_head": True}
MEAN, STD = 0.45, 0.25


FEW = {"integrated_gradients": {"steps": 5}, "occlusion": {"window_px": 40}}
"""What is compared is compared at the same settings; fewer steps compare as well and sooner."""


def asked(method, quantity="logit", class_idx=None, **settings):
    """A question by a method, at few steps."""
    return AttributionSettings(method, quantity, class_idx, parameters=FEW.get(method, {}), **settings)


@pytest.fixture
def net(network):
    """Of evidence that is mostly positive, for neither Guided Grad-CAM nor the affect head passes any other on."""
    built = network("lab", **SMALL)
    built.set_normalisation((MEAN,), (STD,))
    with torch.no_grad():
        for branch in built.branches:
            branch.classifier.weight += 0.5 * built.layout.num_features**-0.5
            branch.affect_head.weight.abs_()
    assert (built(torch.rand(2, 1, 96, 96)) > 0).all()
    return built


class Whole(nn.Module):
    """The independent source's network: all answers (B, N + 1, K), the branches' mean last."""

    def __init__(self, net, quantity):
        super().__init__()
        self.net, self.quantity = net, quantity

    def forward(self, images):
        logits = self.net(images)
        if self.quantity in {"valence", "arousal"}:
            answers = self.net.affect(images)
        else:
            answers = logits.softmax(dim=2) if self.quantity == "probability" else logits
        return torch.cat([answers, answers.mean(dim=1, keepdim=True)], dim=1)


def layer_of(net, block, branch):
    level = net.config.branching_level
    return net.shared[block] if block <= level else net.branches[branch].blocks[block - level - 1]


def captum_grad_cam(net, images, settings, target, block):
    whole = Whole(net, settings.quantity)
    level, (branch, _) = net.config.branching_level, target
    branches = [branch] if branch < len(net.branches) else range(len(net.branches))
    layers = {layer_of(net, block, n) for n in ([0] if block <= level else branches)}
    return sum(LayerGradCam(whole, layer).attribute(images, target=target) for layer in layers)[:, 0].detach()


def captum_map(net, images, settings, target):
    """One map (B, h, w) for target (branch, column), from captum alone; branch N is the mean."""
    images = images.clone().requires_grad_()
    whole = Whole(net, settings.quantity)
    blank = torch.full_like(images, MEAN).detach()
    if settings.method == "grad_cam":
        return captum_grad_cam(net, images, settings, target, settings.block or len(net.layout.blocks))
    if settings.method == "guided_grad_cam":
        block = settings.block or len(net.layout.blocks)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            method = GuidedGradCam(whole, layer_of(net, block, target[0]))
            return method.attribute(images, target=target, interpolate_mode="bilinear").sum(dim=1).detach()
    if settings.method == "integrated_gradients":
        return (
            IntegratedGradients(whole)
            .attribute(images, blank, target, n_steps=settings.parameters["steps"])
            .sum(dim=1)
            .detach()
        )
    if settings.method == "saliency":
        return Saliency(whole).attribute(images, target=target).amax(dim=1).detach()
    side = settings.parameters["window_px"]
    window, stride = ((len(images[0]), size, size) for size in (side, side // 2))
    return Occlusion(whole).attribute(images, window, stride, blank, target).mean(dim=1).detach()


def assert_captums(net, images, settings, class_idx):
    """Every map is captum's, and not all of them are empty."""
    column = ["valence", "arousal"].index(settings.quantity) if class_idx is None else class_idx
    ours = attribute(net, images, settings)
    branches = [len(net.branches)] if settings.ensemble else range(len(net.branches))
    assert ours.shape[1] == len(branches)
    assert ours.abs().max() > 0
    for n, branch in enumerate(branches):
        theirs = captum_map(net, images, settings, (branch, column))
        torch.testing.assert_close(ours[:, n], theirs, rtol=1e-3, atol=1e-4 * float(ours.abs().max()))


def evident_class(net, images, quantity):
    """The class for which every branch has the most positive evidence: Guided Grad-CAM needs some."""
    explanation = explain(net, images)
    maps = [explanation.attribution(AttributionSettings(quantity=quantity, class_idx=c)) for c in range(3)]
    return max(range(3), key=lambda c: maps[c].amax(dim=(0, 2, 3)).min().item())


@pytest.mark.parametrize("quantity", ["logit", "probability", "valence", "arousal"])
@pytest.mark.parametrize("method", METHODS)
def test_each_branchs_maps_are_captums(net, images, method, quantity):
    class_idx = None if quantity in {"valence", "arousal"} else evident_class(net, images(net), quantity)
    assert_captums(net, images(net), asked(method, quantity, class_idx), class_idx)


@pytest.mark.parametrize("quantity", ["logit", "probability", "arousal"])
@pytest.mark.parametrize("method", [method for method in METHODS if method != "guided_grad_cam"])
def test_the_ensembles_map_is_captums_of_the_branches_mean(net, images, method, quantity):
    class_idx = None if quantity == "arousal" else 2
    assert_captums(net, images(net), asked(method, quantity, class_idx, ensemble=True), class_idx)


@pytest.mark.parametrize("ensemble", [False, True])
@pytest.mark.parametrize("block", [1, 2, 3, 4, 5])
def test_grad_cam_at_any_block_is_captums(net, images, block, ensemble):
    assert_captums(net, images(net), AttributionSettings(class_idx=1, block=block, ensemble=ensemble), 1)


@pytest.mark.parametrize("block", [2, 3])
def test_guided_grad_cam_at_a_shared_block_is_captums_for_branches_and_ensemble(net, images, block):
    for ensemble in (False, True):
        settings = AttributionSettings("guided_grad_cam", class_idx=1, block=block, ensemble=ensemble)
        assert_captums(net, images(net), settings, 1)


@pytest.mark.parametrize("method", METHODS)
def test_on_a_wild_network_too(network, images, method):
    wild = network("wild", 7, num_branches=2, class_names=("a", "b"))
    wild.set_normalisation((MEAN,) * 3, (STD,) * 3)
    pictures = images(wild, 1)
    block = 6 if method == "grad_cam" else None
    ours = attribute(wild, pictures, asked(method, class_idx=0, block=block))
    for branch in range(2):
        theirs = captum_map(wild, pictures, asked(method, block=block), (branch, 0))
        torch.testing.assert_close(ours[:, branch], theirs, rtol=1e-3, atol=1e-4 * float(theirs.abs().max()))


def test_the_last_block_by_its_number_is_the_last_block(net, images):
    last, numbered = (attribute(net, images(net), AttributionSettings(block=block)) for block in (None, 5))
    torch.testing.assert_close(last, numbered, rtol=0, atol=0)
    torch.testing.assert_close(last.relu(), explain(net, images(net)).maps())


def test_at_a_shared_block_branches_differ_by_their_gradients(net, images):
    maps = attribute(net, images(net), AttributionSettings(class_idx=0, block=2))
    assert not torch.allclose(maps[:, 0], maps[:, 1], atol=1e-3 * float(maps.abs().max()))


@pytest.mark.parametrize("method", METHODS)
def test_without_a_class_each_branch_explains_its_own_and_the_ensemble_its_vote(network, images, method):
    net = network("lab", 4, num_branches=3)
    pictures = images(net, 3)
    logits = net(pictures).detach()
    own = logits.argmax(dim=2)
    assert len(own.unique()) > 1, "branches too alike for the comparison to mean something"
    block = 4 if method == "grad_cam" else None
    maps = attribute(net, pictures, asked(method, block=block))
    for image, branch in [(0, 0), (1, 2), (2, 1)]:
        settings = asked(method, class_idx=int(own[image, branch]), block=block)
        expected = attribute(net, pictures[image : image + 1], settings)[0, branch]
        torch.testing.assert_close(maps[image, branch], expected, rtol=1e-3, atol=1e-5)
    ensemble = attribute(net, pictures, asked(method, ensemble=True, block=block))
    vote = int(plurality_vote(logits.numpy()).predictions[1])
    settings = asked(method, class_idx=vote, ensemble=True, block=block)
    torch.testing.assert_close(ensemble[1:2], attribute(net, pictures[1:2], settings), rtol=1e-3, atol=1e-5)


def test_a_certain_ensembles_probability_still_has_a_map(net, images):
    """One minus a probability that float32 rounds to one is nothing, and so would be its map."""
    with torch.no_grad():
        for branch in net.branches:
            branch.classifier.bias += torch.tensor([20.0, 0.0, 0.0])
    explanation = explain(net, images(net))
    assert (explanation.probabilities[:, :, 0] == 1).all()
    maps = explanation.attribution(AttributionSettings(quantity="probability", class_idx=0))
    assert maps.abs().amax(dim=(2, 3)).min() > 0
    exact = explanation.logits.double().softmax(dim=2)
    evidence = explanation.evidence.double()
    mixed = (exact[..., None, None] * evidence).sum(dim=2)
    expected = exact[:, :, 0, None, None] * (evidence[:, :, 0] - mixed)
    torch.testing.assert_close(maps.double(), expected, rtol=1e-3, atol=1e-3 * float(expected.abs().max()))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("ensemble", [False, True])
def test_a_black_face_a_white_one_and_a_dead_network_have_finite_maps(network, method, ensemble):
    net = network("lab", 3, 2)
    dead = network("lab", 3, 2)
    with torch.no_grad():
        for parameter in dead.branches.parameters():
            parameter.zero_()
    for subject in (net, dead):
        for face in (torch.zeros(1, 1, 96, 96), torch.ones(1, 1, 96, 96)):
            for block in (None, 2) if "cam" in method else (None,):
                maps = attribute(subject, face, asked(method, ensemble=ensemble, block=block))
                assert maps.isfinite().all()
                assert subject is net or not maps.any()


def test_a_network_whose_numbers_are_not_finite_is_refused(network, images):
    net = network("lab", 3, 2)
    with torch.no_grad():
        net.branches[1].classifier.weight[0, 0] = float("nan")
    with pytest.raises(ExplanationError, match="numbers must be finite to be explained, got NaN or infinity"):
        attribute(net, images(net), AttributionSettings(class_idx=0))


@pytest.mark.parametrize("method", METHODS)
def test_the_folded_network_gives_the_same_maps(net, images, method):
    settings = asked(method, class_idx=1, block=3 if method == "grad_cam" else None)
    ours, folded = (attribute(each, images(net), settings) for each in (net, for_inference(net)))
    assert (folded - ours).abs().mean() < 2e-3 * ours.abs().mean()  # rounding moves single pixels across a max pool


@pytest.mark.parametrize("method", METHODS)
def test_a_network_in_training_is_explained_in_eval_mode_and_given_back(network, images, method):
    net = in_training(network)
    settings = asked(method, class_idx=1, block=4 if method == "grad_cam" else None)
    before = trace_of(net)
    with torch.no_grad():
        maps = attribute(net, images(net), settings)
    assert_same_trace(before, trace_of(net))
    assert not maps.requires_grad
    torch.testing.assert_close(maps, attribute(net.eval(), images(net), settings))


@pytest.mark.parametrize("method", METHODS)
def test_a_network_is_given_back_after_an_exception(network, images, method):
    """The last branch breaks half way: captum's hooks are set then."""
    net = in_training(network)
    net.branches[1].blocks.append(Broken())
    before = trace_of(net)
    with pytest.raises(ArithmeticError, match="broken on purpose"):
        attribute(net, images(net), asked(method, class_idx=1, block=2 if "cam" in method else None))
    assert_same_trace(before, trace_of(net))


@pytest.mark.parametrize("method", METHODS)
def test_hooks_and_gradients_are_gone_when_a_gradient_breaks(network, images, method, monkeypatch):
    """The forward pass is whole, so every hook has been set, and the backward pass fails."""
    net = in_training(network)
    before = trace_of(net)

    def broken(*arguments, **settings):
        raise ArithmeticError("broken on purpose")

    monkeypatch.setattr(torch.autograd, "grad", broken)
    settings = asked(method, class_idx=1, block=2 if "cam" in method else None)
    if method == "occlusion":  # it has no backward pass
        attribute(net, images(net), settings)
    else:
        with pytest.raises(ArithmeticError, match="broken on purpose"):
            attribute(net, images(net), settings)
    assert_same_trace(before, trace_of(net))


@pytest.mark.parametrize("method", METHODS)
def test_the_images_are_not_touched(net, images, method):
    pictures = images(net)
    before = pictures.clone()
    attribute(net, pictures, asked(method, block=4 if method == "grad_cam" else None))
    assert torch.equal(pictures, before)
    assert not pictures.requires_grad
    assert pictures.grad is None


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"method": "magic"}, "method must be one of grad_cam, guided_grad_cam, .*, got 'magic'"),
        ({"quantity": "joy"}, "quantity must be one of logit, probability, valence, arousal, got 'joy'"),
        ({"method": "saliency", "block": 2}, "block must be None for saliency, got 2"),
        ({"parameters": {"steps": 5}}, "steps is not a parameter of grad_cam, got 5"),
        ({"method": "occlusion", "parameters": {"window_px": 4}}, "window_px must be in 12-48, got 4"),
        ({"method": "occlusion", "parameters": {"window_px": 24.0}}, "window_px must be in 12-48, got 24.0"),
        ({"quantity": "valence", "class_idx": 1}, "class_idx must be None for valence, got 1"),
        ({"block": 6}, "block must be in 1-5 for the lab network, got 6"),
        ({"block": 0}, "block must be in 1-5 for the lab network, got 0"),
        ({"class_idx": 8}, "class_idx must be in 0-7, got 8"),
        ({"quantity": "valence"}, "quantity valence needs a network with an affect head, got one without"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(network, images, settings, message):
    net = network("lab", 3, 1)
    with pytest.raises(ExplanationError, match=message):
        attribute(net, images(net), AttributionSettings(**settings))


@pytest.mark.parametrize("method", METHODS)
def test_images_of_another_shape_are_refused(net, images, method):
    with pytest.raises(ConfigError, match="images must be"):
        attribute(net, images(net)[:, :, :48], asked(method, class_idx=1))
