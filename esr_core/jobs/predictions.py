"""What a trained ensemble says of every picture it did not learn from, stored with its run."""

from typing import NamedTuple

import numpy as np

from esr_core.metrics import Predictions, accuracy, affect_rmse
from esr_core.networks import ESR
from esr_core.run_store import RunWriter
from esr_core.training import TrainingData, predict, predict_affect


class TestResult(NamedTuple):
    """How good an ensemble is on the test part."""

    accuracy: float  # plurality vote, in [0, 1]
    affect_rmse: tuple[float, float] | None  # valence and arousal of the branches' mean; None where not the task


def save_predictions(writer: RunWriter, network: ESR, data: TrainingData, ids: np.ndarray) -> TestResult:
    """Store all logits of the validation and test parts, and valence and arousal where they were learned."""
    parts = {
        part: predictions_of(network, data, indices, ids)
        for part, indices in (("validation", data.parts.validation), ("test", data.parts.test))
    }
    for part, predictions in parts.items():
        writer.save_predictions(part, predictions)
    return _result(parts["test"])


def predictions_of(network: ESR, data: TrainingData, indices: np.ndarray, ids: np.ndarray) -> Predictions:
    """What a network says of the pictures at ``indices``, which ``ids`` names."""
    logits = predict(network, data, indices)
    names = network.config.class_names
    if data.affect is None:
        return Predictions(ids[indices], data.labels[indices], logits, names)
    affect = predict_affect(network, data, indices)
    return Predictions(ids[indices], data.labels[indices], logits, names, data.affect[indices], affect)


def _result(test: Predictions) -> TestResult:
    right = accuracy(test.vote.predictions, test.labels)
    if test.affect is None or test.affect_targets is None:
        return TestResult(right, None)
    valence, arousal = affect_rmse(test.affect.mean(axis=1), test.affect_targets).tolist()
    return TestResult(right, (valence, arousal))
