import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import nn

from esr_core.errors import ConfigError, ExplanationError
from esr_core.explanations import cascade, explain, layer_names, randomisation_check
from esr_core.networks import ESR


@pytest.fixture(scope="module")
def trained():
    """A tiny network that has learned to tell upright stripes from lying ones, wherever they are."""
    torch.manual_seed(0)
    net = ESR("lab", branching_level=4, num_branches=2, class_names=("upright", "lying"))
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.5  # so few steps
    generator = torch.Generator().manual_seed(1)
    optimiser = torch.optim.Adam(net.parameters(), 3e-3)
    for _ in range(12):
        pictures, labels = striped(generator, 8)
        logits = net(pictures)
        loss = sum(nn.functional.cross_entropy(logits[:, n], labels) for n in range(2))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return net.eval()


def striped(generator, count):
    """Noisy pictures with a striped block somewhere, and whether its stripes lie."""
    labels = torch.randint(2, (count,), generator=generator)
    pictures = 0.3 * torch.rand(count, 1, 96, 96, generator=generator)
    stripes = (torch.arange(40) // 4 % 2).float().expand(40, 40)
    for picture, label in zip(pictures, labels.tolist(), strict=True):
        row, column = torch.randint(56, (2,), generator=generator).tolist()
        picture[0, row : row + 40, column : column + 40] += 0.7 * (stripes.T if label else stripes)
    return pictures, labels


@pytest.fixture(scope="module")
def faces():
    return striped(torch.Generator().manual_seed(2), 6)


def test_randomised_weights_lower_the_similarity_of_a_trained_networks_maps(trained, faces):
    pictures, labels = faces
    with torch.no_grad():
        assert (trained(pictures).argmax(dim=2) == labels[:, None]).float().mean() > 0.9, "it has not learned enough"
    checks = [
        randomisation_check(trained, picture[None], np.full(2, int(label)), repeats=3)
        for picture, label in zip(pictures, labels, strict=True)
    ]
    similarity = np.stack([check.similarity for check in checks])  # (faces, R, L, N)
    by_layer = np.nanmean(similarity, axis=(0, 1, 3))
    assert by_layer.shape == (6,)
    assert (by_layer < 0.5).all(), by_layer


def test_layers_are_lost_from_the_classifier_downwards(network):
    net = network(branching_level=3, num_branches=2)
    assert layer_names("lab") == ("classifier", *(f"convolution {n}" for n in (5, 4, 3, 2, 1)))
    assert layer_names("wild")[:2] == ("classifier", "convolution 8")
    same = [count_same(net, copied) for copied in cascade(net, seed=1)]
    assert same == sorted(same, reverse=True)
    assert len(set(same)) == 6
    assert same[-1] == 0


def count_same(net, copied):
    """Convolutions and classifiers, one for each branch or shared, that still compute what they did."""
    pairs = zip(weights(net), weights(copied), strict=True)
    return sum(torch.equal(torch.sign(own), torch.sign(other)) for own, other in pairs)


def weights(net):
    """Folding batch norm scales weights by a positive factor here, so that their signs stay."""
    return [module.weight for module in net.modules() if isinstance(module, nn.Conv2d | nn.Linear)]


@pytest.mark.parametrize("branching_level", [0, 5])
def test_in_the_end_nothing_is_left_but_a_network_before_training(network, images, branching_level):
    net = network(branching_level=branching_level, num_branches=2)
    *_, last = cascade(net, seed=3)
    torch.manual_seed(3)
    fresh = ESR.from_config(net.config).eval()
    with torch.no_grad():
        torch.testing.assert_close(last(images(net)), fresh(images(net)), rtol=1e-4, atol=1e-5)


def test_similarity_is_the_rank_correlation_of_signed_evidence(network, images):
    net = network(branching_level=2, num_branches=2)
    face, classes = images(net)[:1], np.array([4, 1])
    check = randomisation_check(net, face, classes, repeats=2, seed=7)
    before = explain(net, face).evidence[0]
    for layer, copied in enumerate(cascade(net, seed=8)):  # the second repeat
        after = explain(copied, face).evidence[0]
        for branch, class_idx in enumerate(classes):
            pair = before[branch, class_idx].ravel(), after[branch, class_idx].ravel()
            assert check.similarity[1, layer, branch] == pytest.approx(spearmanr(*pair).statistic)


def test_the_ensembles_map_is_the_mean_of_signed_evidence_for_its_class(network, images):
    net = network(branching_level=2, num_branches=2)
    face = images(net)[:1]
    check = randomisation_check(net, face, np.array([4, 1, 6]), repeats=1, seed=7)
    assert check.similarity.shape == (1, 6, 3)
    before = explain(net, face).evidence[0, :, 6].mean(dim=0)
    for layer, copied in enumerate(cascade(net, seed=7)):
        after = explain(copied, face).evidence[0, :, 6].mean(dim=0)
        assert check.similarity[0, layer, 2] == pytest.approx(spearmanr(before.ravel(), after.ravel()).statistic)
    branches = randomisation_check(net, face, np.array([4, 1]), repeats=1, seed=7)
    np.testing.assert_array_equal(check.similarity[..., :2], branches.similarity)


def test_the_network_and_the_programs_random_numbers_are_left_alone(network, images, monkeypatch):
    net = network(num_branches=2).train()
    before = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    faces, state = images(net)[:1], torch.get_rng_state()
    monkeypatch.setattr(torch.cuda, "manual_seed_all", lambda _: pytest.fail("cards have random states of their own"))
    one = randomisation_check(net, faces, np.zeros(2, int), repeats=1)
    assert torch.equal(state, torch.get_rng_state())
    assert all(module.training for module in net.modules())
    assert all(torch.equal(tensor, net.state_dict()[name]) for name, tensor in before.items())
    again = randomisation_check(net, faces, np.zeros(2, int), repeats=1)
    np.testing.assert_array_equal(one.similarity, again.similarity)


def test_a_map_that_is_the_same_everywhere_has_no_similarity(network, images):
    net = network(num_branches=2)
    nn.init.zeros_(net.branches[1].classifier.weight)
    check = randomisation_check(net, images(net)[:1], np.zeros(2, int), repeats=1)
    assert np.isnan(check.similarity[..., 1]).all()
    assert np.isfinite(check.similarity[..., 0]).all()


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"images": torch.zeros(2, 1, 96, 96)}, ExplanationError, "images must hold one face, got 2"),
        ({"images": torch.zeros(1, 3, 96, 96)}, ConfigError, r"images must be \(B, 1x96x96\)"),
        ({"repeats": 0}, ExplanationError, "repeats must be at least 1, got 0"),
        ({"classes": np.array([0, 8])}, ExplanationError, "class_idx must be in 0-7, got 8"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(network, changes, error, message):
    arguments = {"images": torch.zeros(1, 1, 96, 96), "classes": np.zeros(2, int)} | changes
    with pytest.raises(error, match=message):
        randomisation_check(network(num_branches=2), **arguments)
