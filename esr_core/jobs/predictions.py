"""What a trained ensemble says of every picture it did not learn from, stored with its run."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from esr_core.metrics import accuracy, affect_rmse, plurality_vote
from esr_core.networks import ESR
from esr_core.run_store import RunWriter
from esr_core.training import TrainingData, predict, predict_affect


class TestResult(NamedTuple):
    """How good an ensemble is on the test part."""

    accuracy: float  # plurality vote, in [0, 1]
    affect_rmse: tuple[float, float] | None  # valence and arousal of the branches' mean; None where not the task


def save_predictions(writer: RunWriter, network: ESR, data: TrainingData, ids: np.ndarray) -> TestResult:
    """Store all logits of the validation and test parts, and valence and arousal where they were learned."""
    tables = {
        part: prediction_table(network, data, indices, ids)
        for part, indices in (("validation", data.parts.validation), ("test", data.parts.test))
    }
    for part, table in tables.items():
        writer.save_predictions(part, table)
    return _result(tables["test"], len(network.branches), network.config.class_names)


def prediction_table(network: ESR, data: TrainingData, indices: np.ndarray, ids: np.ndarray) -> pd.DataFrame:
    """One row per picture.

    Returns:
        Columns ``id``, ``label`` and ``b<branch>_<class>`` (logits), branches counted from 1; where affect is the
        task also ``valence`` and ``arousal`` as labelled and ``valence_b<branch>`` and ``arousal_b<branch>``.
    """
    logits = predict(network, data, indices)
    columns = {"id": ids[indices], "label": data.labels[indices]}
    for branch in range(logits.shape[1]):
        for position, name in enumerate(network.config.class_names):
            columns[f"b{branch + 1}_{name}"] = logits[:, branch, position]
    if data.affect is not None:
        affect = predict_affect(network, data, indices)
        for position, name in enumerate(("valence", "arousal")):
            columns[name] = data.affect[indices, position]
            columns |= {f"{name}_b{branch + 1}": affect[:, branch, position] for branch in range(affect.shape[1])}
    return pd.DataFrame(columns)


def _result(table: pd.DataFrame, num_branches: int, class_names: tuple[str, ...]) -> TestResult:
    branches = range(1, num_branches + 1)
    logits = table[[f"b{branch}_{name}" for branch in branches for name in class_names]].to_numpy()
    vote = plurality_vote(logits.reshape(len(table), num_branches, len(class_names))).predictions
    right = accuracy(vote, table["label"].to_numpy())
    if "valence" not in table:
        return TestResult(right, None)
    means = [table[[f"{name}_b{branch}" for branch in branches]].mean(axis=1) for name in ("valence", "arousal")]
    valence, arousal = affect_rmse(np.stack(means, axis=1), table[["valence", "arousal"]].to_numpy()).tolist()
    return TestResult(right, (valence, arousal))
