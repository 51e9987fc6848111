"""How good an ensemble is on pictures it does not learn from."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import isnan

import numpy as np
import torch
from torch import Tensor, nn

from esr_core.metrics import accuracy, affect_rmse, diversity, mean_probability, plurality_vote, probabilities
from esr_core.networks import ESR, borrowed, pooled_features
from esr_core.training.data import TrainingData

EVALUATED_AT_ONCE = 64  # pictures; few enough that a CPU is done with them in seconds
OnShare = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Loss and accuracy of every branch; accuracy, diversity and errors in valence and arousal of the ensemble."""

    loss: tuple[float, ...]  # of the task: cross-entropy, or root-mean-square error over valence and arousal
    accuracy: tuple[float, ...]
    ensemble_accuracy: float  # plurality vote
    mean_probability_accuracy: float
    affect_rmse: tuple[float, float] | None = None  # of the branches' mean; None where affect is not the task
    diversity: dict[str, float | None] | None = None  # as ``diversity.overview`` names it; None for a single branch


def predict(network: ESR, data: TrainingData, indices: np.ndarray) -> np.ndarray:
    """Logits (B, N, C), float32, of the pictures at ``indices``; the network's mode is given back as it was."""
    return _over_chunks(network, network, data, indices)


def predict_affect(network: ESR, data: TrainingData, indices: np.ndarray) -> np.ndarray:
    """Valence and arousal (B, N, 2), float32, of the pictures at ``indices``; otherwise as ``predict``."""
    return _over_chunks(network, network.affect, data, indices)


def branch_features(
    network: ESR, data: TrainingData, indices: np.ndarray, on_share: OnShare | None = None
) -> np.ndarray:
    """Features (N, B, F), float32, that the branches' classifiers are given for the pictures at ``indices``.

    Of a team, every process computes its share; otherwise as ``predict``.

    Args:
        network: whose branches.
        data: whose pictures.
        indices: of the N pictures.
        on_share: as for ``evaluate``.
    """
    own = indices[data.team.share(len(indices))]
    features = _over_chunks(network, partial(pooled_features, network), data, own, on_share)
    return data.team.joined_array(features, len(indices))


@dataclass(slots=True)
class KeptLogits:
    """Logits of an ensemble's first branches, where neither they nor the shared layers learn: they are asked once."""

    num_branches: int
    logits: np.ndarray | None = None  # (B, num_branches, C), once they are known


def evaluate(
    network: ESR,
    data: TrainingData,
    indices: np.ndarray,
    on_share: OnShare | None = None,
    kept: KeptLogits | None = None,
) -> Evaluation:
    """Measure an ensemble on the pictures at ``indices``, in its task; of a team, every process does its share.

    Args:
        network: to measure; its mode is given back as it was.
        data: whose pictures.
        indices: of the pictures.
        on_share: called now and then with the share of the work done since the last call; the shares add up to 1.
        kept: of branches that have not changed since the last call with it, which was about the same pictures.
    """
    own, count = indices[data.team.share(len(indices))], len(indices)
    passes = 1 if data.affect is None else 2
    watch: OnShare | None = None if on_share is None else lambda share: on_share(share / passes)
    logits = _class_logits(network, data, own, watch, kept)
    of_classes = evaluate_classes(data.team.joined_array(logits, count), data.labels[indices])
    if data.affect is None:
        return of_classes
    own_affect = _over_chunks(network, network.affect, data, own, watch)
    affect, targets = data.team.joined_array(own_affect, count), data.affect[indices]
    loss = [float(np.sqrt(np.square(branch - targets).mean())) for branch in affect.swapaxes(0, 1)]
    valence, arousal = affect_rmse(affect.mean(axis=1), targets).tolist()
    return replace(of_classes, loss=tuple(loss), affect_rmse=(valence, arousal))


def evaluate_classes(logits: np.ndarray, labels: np.ndarray) -> Evaluation:
    """Measures of logits (B, N, C) against class indices (B,)."""
    scores = torch.from_numpy(logits)
    truth = torch.from_numpy(labels)
    loss = [nn.functional.cross_entropy(scores[:, n], truth).item() for n in range(logits.shape[1])]
    predictions = logits.argmax(axis=2)  # (B, N)
    return Evaluation(
        loss=tuple(loss),
        accuracy=tuple(accuracy(branch, labels) for branch in predictions.T),
        ensemble_accuracy=accuracy(plurality_vote(logits).predictions, labels),
        mean_probability_accuracy=accuracy(mean_probability(logits).argmax(axis=1), labels),
        diversity=_diversity(predictions, labels, logits),
    )


def _diversity(predictions: np.ndarray, labels: np.ndarray, logits: np.ndarray) -> dict[str, float | None] | None:
    """All measures as JSON can hold them: what is not defined is None. A single branch has no diversity."""
    if predictions.shape[1] == 1:
        return None
    found = diversity.overview(predictions, labels, probabilities(logits))
    return {name: None if isnan(value) else value for name, value in found.items()}


def _class_logits(
    network: ESR, data: TrainingData, indices: np.ndarray, on_share: OnShare | None, kept: KeptLogits | None
) -> np.ndarray:
    """Logits (B, N, C) of all branches, of those that are kept without asking them again."""
    if kept is None or kept.logits is None:
        logits = _over_chunks(network, network, data, indices, on_share)
        if kept is not None and kept.num_branches:
            kept.logits = logits[:, : kept.num_branches]
        return logits
    fresh = _over_chunks(network, partial(network, first=kept.num_branches), data, indices, on_share)
    return np.concatenate([kept.logits, fresh], axis=1)


def _over_chunks(
    network: ESR,
    outputs: Callable[[Tensor], Tensor],
    data: TrainingData,
    indices: np.ndarray,
    on_share: OnShare | None = None,
) -> np.ndarray:
    chunks = []
    with borrowed(network), torch.inference_mode():
        for images in data.chunks(indices, EVALUATED_AT_ONCE):
            chunks.append(outputs(images).float().cpu())
            if on_share is not None:
                on_share(len(images) / max(len(indices), 1))
    return torch.cat(chunks).numpy()
