"""Classifiers fitted once more, when all below them is trained: on every training picture, to the optimum."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from esr_core.config import TrainingConfig
from esr_core.networks import ESR
from esr_core.training.data import TrainingData
from esr_core.training.evaluation import OnShare, branch_features
from esr_core.training.tasks import task_of

MAX_STEPS = 200  # of L-BFGS; real features are at rest after fewer
Loss = Callable[[Tensor], Tensor]


def refit_classifiers(
    config: TrainingConfig, network: ESR, data: TrainingData, on_share: OnShare | None = None
) -> None:
    """Give each branch the linear layer that is best for the features it has learned; nothing below it changes.

    What gradient descent leaves was learned while the features still moved, on changed pictures, and without the fold
    that the branch leaves out. Here each classifier minimises the loss of training, with its targets and its logit
    adjustment, over all training pictures as they are, plus ``weight_decay / 2`` times its squared weights: a convex
    problem, solved by L-BFGS from the classifier that is there. The features are held in memory, 4 bytes each.

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
    targets, task = data.targets(data.training), task_of(config, data)
    for position, branch in enumerate(network.each_branch()):
        _minimise(
            branch.classifier,
            torch.from_numpy(np.ascontiguousarray(features[:, position])).to(data.device),
            lambda logits: task.losses(logits[None], targets)[0],
            config.weight_decay,
        )


def _minimise(classifier: nn.Linear, features: Tensor, loss: Loss, penalty: float) -> None:
    """Fit a linear layer to features (N, F).

    Args:
        classifier: where to begin, and what is changed.
        features: of all pictures.
        loss: of their logits (N, C).
        penalty: weight of half the squared weights; the bias is free.
    """
    optimiser = torch.optim.LBFGS(
        classifier.parameters(), max_iter=MAX_STEPS, history_size=20, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = loss(classifier(features)) + penalty / 2 * classifier.weight.square().sum()
        value.backward()
        return value

    optimiser.step(closure)
    classifier.zero_grad(set_to_none=True)
