"""What a trained ensemble says of every picture it did not learn from, stored with its run."""

import numpy as np
import pandas as pd

from esr_core.metrics import Predictions, affect_rmse
from esr_core.metrics.scores import of_the_vote, score_table
from esr_core.networks import ESR
from esr_core.records.results import Value
from esr_core.run_store import RunWriter
from esr_core.training import TrainingData, predict, predict_affect


def save_predictions(writer: RunWriter, network: ESR, data: TrainingData, labels: pd.DataFrame) -> dict[str, Value]:
    """Store all logits of the validation and test parts, and valence and arousal where they were learned.

    Args:
        writer: of the run.
        network: as it is to be reported.
        data: of the run.
        labels: ``id`` and ``subject`` of every picture of the prepared set.

    Returns:
        Results on the test part by the keys of ``RESULTS``; what is not defined is not among them.
    """
    ids = labels["id"].to_numpy()
    parts = {
        part: predictions_of(network, data, indices, ids)
        for part, indices in (("validation", data.parts.validation), ("test", data.parts.test))
    }
    for part, predictions in parts.items():
        writer.save_predictions(part, predictions)
    subjects = labels["subject"].iloc[data.parts.test]
    return _results(parts["test"], None if subjects.isna().any() else subjects.to_numpy(dtype=object))


def predictions_of(network: ESR, data: TrainingData, indices: np.ndarray, ids: np.ndarray) -> Predictions:
    """What a network says of the pictures at ``indices``, which ``ids`` names."""
    logits = predict(network, data, indices)
    names = network.config.class_names
    if data.affect is None:
        return Predictions(ids[indices], data.labels[indices], logits, names)
    affect = predict_affect(network, data, indices)
    return Predictions(ids[indices], data.labels[indices], logits, names, data.affect[indices], affect)


def _results(test: Predictions, subjects: np.ndarray | None) -> dict[str, Value]:
    vote = of_the_vote(score_table(test, subjects))
    results: dict[str, Value] = {"accuracy": float(vote["accuracy"])}
    bounds = (float(vote["accuracy_low"]), float(vote["accuracy_high"]))
    if not np.isnan(bounds).any():
        results["accuracy_interval"] = bounds
    if test.affect is not None and test.affect_targets is not None:
        errors = affect_rmse(test.affect.mean(axis=1), test.affect_targets).tolist()
        results |= dict(zip(("valence_rmse", "arousal_rmse"), errors, strict=True))
    return results
