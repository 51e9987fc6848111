"""How good an ensemble is on pictures it does not learn from."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from esr_core.metrics import accuracy, mean_probability, plurality_vote
from esr_core.networks import ESR, borrowed
from esr_core.training.data import TrainingData


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Loss and accuracy of every branch, accuracy of the ensemble."""

    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    ensemble_accuracy: float  # plurality vote
    mean_probability_accuracy: float


def predict(network: ESR, data: TrainingData, indices: np.ndarray) -> np.ndarray:
    """Logits (B, N, C), float32, of the pictures at ``indices``; the network's mode is given back as it was."""
    with borrowed(network), torch.inference_mode():
        return torch.cat([network(images).float().cpu() for images in data.chunks(indices)]).numpy()


def evaluate(logits: np.ndarray, labels: np.ndarray) -> Evaluation:
    """Measures of logits (B, N, C) against class indices (B,)."""
    scores = torch.from_numpy(logits)
    truth = torch.from_numpy(labels)
    loss = [nn.functional.cross_entropy(scores[:, n], truth).item() for n in range(logits.shape[1])]
    return Evaluation(
        loss=tuple(loss),
        accuracy=tuple(accuracy(branch, labels) for branch in logits.argmax(axis=2).T),
        ensemble_accuracy=accuracy(plurality_vote(logits).predictions, labels),
        mean_probability_accuracy=accuracy(mean_probability(logits).argmax(axis=1), labels),
    )
