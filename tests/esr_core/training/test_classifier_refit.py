"""Classifiers fitted anew against an optimiser of scipy's on the loss written out in numpy."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.optimize import minimize
from scipy.special import log_softmax

from esr_core.networks import ESR
from esr_core.training import fit, new_network, refit_classifiers
from esr_core.training.evaluation import branch_features

ADJUSTMENT, PENALTY = 0.7, 0.05
VOTES = np.random.default_rng(1).dirichlet([0.6, 1.5], 24).astype(np.float32)


@pytest.fixture
def config(tiny_config):
    return tiny_config.replace(targets="votes", logit_adjustment=ADJUSTMENT, refit_classifiers=True)


@pytest.fixture
def data(tiny_data):
    return replace(tiny_data, votes=VOTES)


def penalised_loss(weights: np.ndarray, features: np.ndarray, targets: np.ndarray, shares: np.ndarray) -> float:
    """Cross-entropy of adjusted logits, and the penalty; weights are those of a (2, F) matrix, then two biases."""
    matrix, bias = weights[:-2].reshape(2, -1), weights[-2:]
    adjusted = features @ matrix.T + bias + ADJUSTMENT * np.log(shares)
    return float(-(targets * log_softmax(adjusted, axis=1)).sum(axis=1).mean() + PENALTY / 2 * (matrix**2).sum())


def trained(config, data) -> ESR:
    network = new_network(config)
    for _ in fit(config, network, data):
        pass
    return network


def test_each_classifier_is_the_one_that_scipy_finds(config, data, monkeypatch):
    monkeypatch.setattr("esr_core.training.classifier_refit.PENALTY", PENALTY)  # scipy finds this optimum exactly
    network = new_network(config.replace(strategy="interleaved"))
    refit_classifiers(config, network, data)
    features = branch_features(network, data, data.training).astype(float)
    targets = (VOTES[data.training] + np.eye(2)[data.labels[data.training]]) / 2
    shares = targets.mean(axis=0)
    assert features.shape == (16, 2, network.layout.num_features)
    for position, branch in enumerate(network.each_branch()):
        rows = np.flatnonzero(np.isin(data.training, data.branches[position]))
        learned, start = (features[rows, position], targets[rows], shares), np.zeros(2 * features.shape[2] + 2)
        best = minimize(penalised_loss, start, learned, method="L-BFGS-B", tol=1e-10)
        own = torch.cat([branch.classifier.weight.flatten(), branch.classifier.bias]).detach().double().numpy()
        assert penalised_loss(own, *learned) == pytest.approx(best.fun, abs=1e-5)
        found = features[:, position] @ (own - best.x)[:-2].reshape(2, -1).T + (own - best.x)[-2:]
        assert np.ptp(np.diff(found)) < 0.01, "the same for every picture, as adding to all logits changes nothing"


def test_classifiers_of_balanced_subsets_are_adjusted_for_these(config, tiny_data):
    """Four of 16 training pictures are of class 1, and four of the eight that each branch learns from."""
    labels = np.zeros(24, dtype=np.int64)
    labels[:4] = 1
    data = replace(tiny_data, labels=labels, branches=(np.arange(8),) * 2)
    config = config.replace(targets="majority", protocol=config.protocol.replace(balance="emotion", max_per_group=4))
    network = new_network(config.replace(strategy="interleaved"))
    refit_classifiers(config, network, data)
    with torch.inference_mode():
        probabilities = network.eval()(data.images(np.arange(8)))[:, 0].softmax(dim=1)[:, 1]
    assert probabilities.mean() == pytest.approx(0.5, abs=1e-3), "nothing is left to adjust"


def test_nothing_but_the_classifiers_changes(config, data):
    before = trained(config.replace(refit_classifiers=False), data)
    after = trained(config, data)
    changed = {name for name, value in after.state_dict().items() if not torch.equal(value, before.state_dict()[name])}
    assert changed == {f"branches.{branch}.classifier.{kind}" for branch in (0, 1) for kind in ("weight", "bias")}


def test_an_exception_while_features_are_computed_leaves_the_network_as_it_was(config, data):
    network = new_network(config)
    before = {name: value.clone() for name, value in network.state_dict().items()}

    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refit_classifiers(config, network, data, stop)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_features_are_what_the_classifiers_are_given(config, data):
    network = new_network(config).eval()
    features = torch.from_numpy(branch_features(network, data, data.training)[:, 0])
    with torch.inference_mode():
        torch.testing.assert_close(network.branches[0].classifier(features), network(data.images(data.training))[:, 0])


def test_where_labels_are_learned_they_alone_are_fitted(config, tiny_data):
    network = new_network(config.replace(targets="majority", logit_adjustment=0.0))
    refit_classifiers(config.replace(targets="majority", logit_adjustment=0.0), network, tiny_data)
    of_first = branch_features(network, tiny_data, tiny_data.training)[:, 0]
    labels = tiny_data.labels[tiny_data.training]
    with torch.inference_mode():
        probabilities = network.branches[0].classifier(torch.from_numpy(of_first)).softmax(dim=1)[:, 1]
    assert probabilities.mean() == pytest.approx(labels.mean(), abs=1e-4), "the bias is free, so shares are kept"
    assert probabilities[labels == 1].mean() > probabilities[labels == 0].mean() + 0.5


def test_branches_that_share_all_blocks_stay_different(config, data):
    config = config.replace(network=config.network.replace(branching_level=5))
    network = new_network(config.replace(strategy="interleaved"))
    refit_classifiers(config, network, data)
    first, second = (branch.classifier.weight.detach() for branch in network.each_branch())
    assert not torch.allclose(first, second, rtol=0.01), "each has its own folds"
    assert set(data.branches[0]) != set(data.branches[1])
