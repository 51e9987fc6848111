"""Classifiers fitted once more, when all below them is trained: on pictures as they are, to the optimum."""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from esr_core.config import TrainingConfig
from esr_core.networks import ESR
from esr_core.training.data import TrainingData, shares_of_classes
from esr_core.training.evaluation import OnShare, branch_features
from esr_core.training.tasks import EmotionTask, adjusted_for, class_offsets

MAX_STEPS = 400  # of L-BFGS; real features are at rest after fewer
PENALTY = 1e-6  # enough for one optimum where a plane divides classes; a hundred times as much hides FER+'s rarest
Loss = Callable[[Tensor], Tensor]


def refit_classifiers(
    config: TrainingConfig, network: ESR, data: TrainingData, on_share: OnShare | None = None
) -> None:
    """Give each branch the linear layer that is best for the features it has learned; nothing below it changes.

    What gradient descent leaves was learned while the features still moved, and on changed pictures. Here each
    classifier minimises the cross-entropy of adjusted logits over its branch's training pictures as they are, plus
    ``PENALTY / 2`` times its squared weights: a convex problem, solved by L-BFGS from the classifier that is there.
    Were all given all folds, branches that share all blocks would become the same one, so interleaved branches keep
    their folds here, too, though they learned from all. Where votes are learned, targets lie halfway between them and
    the labels, by which an ensemble is measured. The features are held in memory, 4 bytes each.

    Args:
        config: its ``refit_classifiers`` says whether anything is done.
        network: trained; changed in place.
        data: that it was trained on; every process of a team computes its share of the features.
        on_share: called now and then with the share of the features computed since the last call; an exception it
            raises leaves the network as it was.

    Source: Kang et al. 2020, arXiv 1910.09217, "Classifier Re-training"; there, classes are drawn equally often instead
    of adjusting logits.
    """
    if not config.refit_classifiers:
        return
    features = branch_features(network, data, data.training, on_share)
    targets = _targets(data, len(config.network.class_names))
    counted = targets[torch.from_numpy(_rows(data, adjusted_for(config, data)))]
    shares = shares_of_classes(counted.sum(dim=0).double().cpu().numpy())
    task = EmotionTask(class_offsets(shares, config, data.device))
    for position, branch in enumerate(network.each_branch()):
        rows = _rows(data, data.branches[position])
        learned = torch.from_numpy(features[rows, position]).to(data.device)
        _minimise(branch.classifier, learned, partial(_loss, task, targets[torch.from_numpy(rows)]))


def _rows(data: TrainingData, indices: np.ndarray) -> np.ndarray:
    """Where some training pictures stand among all of them, int64."""
    order = np.argsort(data.training)
    return order[np.searchsorted(data.training, indices, sorter=order)]


def _loss(task: EmotionTask, targets: Tensor, logits: Tensor) -> Tensor:
    return task.losses(logits[None], targets)[0]


def _targets(data: TrainingData, num_classes: int) -> Tensor:
    """Shares of the classes (N, C) that classifiers are to name for each training picture."""
    labels = torch.from_numpy(data.labels[data.training]).to(data.device)
    of_labels = nn.functional.one_hot(labels, num_classes).float()
    return of_labels if data.votes is None else (data.targets(data.training) + of_labels) / 2


def _minimise(classifier: nn.Linear, features: Tensor, loss: Loss) -> None:
    """Fit a linear layer to features (N, F).

    Args:
        classifier: where to begin, and what is changed.
        features: of all pictures.
        loss: of their logits (N, C).
    """
    # Weights of one curvature, that of loss and penalty together: L-BFGS is at rest after half as many steps.
    mean, scale = features.mean(dim=0), (features.var(dim=0, correction=0) + PENALTY).sqrt()
    standardised = (features - mean) / scale
    weight = (classifier.weight.detach() * scale).requires_grad_()
    bias = (classifier.bias + classifier.weight @ mean).detach().requires_grad_()
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=MAX_STEPS, history_size=20, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = loss(standardised @ weight.T + bias) + PENALTY / 2 * (weight / scale).square().sum()
        value.backward()
        return value

    optimiser.step(closure)
    with torch.no_grad():
        classifier.weight.copy_(weight / scale)
        classifier.bias.copy_(bias - classifier.weight @ mean)
