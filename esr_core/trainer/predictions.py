"""What a trained ensemble says of every picture it did not learn from, stored with its run."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from esr_core.metrics import Predictions, affect_rmse
from esr_core.metrics.scores import SINGLE, VOTE, score_table
from esr_core.networks import ESR
from esr_core.run_store import RunWriter
from esr_core.training import TrainingData, predict, predict_affect


class TestResult(NamedTuple):
    """How good an ensemble is on the test part."""

    accuracy: float  # plurality vote, in [0, 1]
    interval: tuple[float, float] | None  # 95 %, over subjects where known; None where it is not defined
    affect_rmse: tuple[float, float] | None  # valence and arousal of the branches' mean; None where not the task


def save_predictions(writer: RunWriter, network: ESR, data: TrainingData, labels: pd.DataFrame) -> TestResult:
    """Store all logits of the validation and test parts, and valence and arousal where they were learned.

    Args:
        writer: of the run.
        network: as it is to be reported.
        data: of the run.
        labels: ``id`` and ``subject`` of every picture of the prepared set.
    """
    ids = labels["id"].to_numpy()
    parts = {
        part: predictions_of(network, data, indices, ids)
        for part, indices in (("validation", data.parts.validation), ("test", data.parts.test))
    }
    for part, predictions in parts.items():
        writer.save_predictions(part, predictions)
    subjects = labels["subject"].iloc[data.parts.test]
    return _result(parts["test"], None if subjects.isna().any() else subjects.to_numpy(dtype=object))


def predictions_of(network: ESR, data: TrainingData, indices: np.ndarray, ids: np.ndarray) -> Predictions:
    """What a network says of the pictures at ``indices``, which ``ids`` names."""
    logits = predict(network, data, indices)
    names = network.config.class_names
    if data.affect is None:
        return Predictions(ids[indices], data.labels[indices], logits, names)
    affect = predict_affect(network, data, indices)
    return Predictions(ids[indices], data.labels[indices], logits, names, data.affect[indices], affect)


def _result(test: Predictions, subjects: np.ndarray | None) -> TestResult:
    table = score_table(test, subjects).set_index("who")
    vote = table.loc[VOTE if VOTE in table.index else SINGLE]
    bounds = (float(vote["accuracy_low"]), float(vote["accuracy_high"]))
    interval = None if np.isnan(bounds).any() else bounds
    if test.affect is None or test.affect_targets is None:
        return TestResult(float(vote["accuracy"]), interval, None)
    valence, arousal = affect_rmse(test.affect.mean(axis=1), test.affect_targets).tolist()
    return TestResult(float(vote["accuracy"]), interval, (valence, arousal))
