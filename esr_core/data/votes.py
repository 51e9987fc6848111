"""Annotators' votes as what a network is to learn: a probability for each class."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from esr_core.data.labels import VOTES
from esr_core.errors import DataError


def require_votes(labels: pd.DataFrame, class_names: Sequence[str]) -> None:
    """Raise DataError unless annotators voted for classes of the set."""
    if not any(f"{VOTES}{name}" in labels for name in class_names):
        raise DataError("targets votes needs a data set whose annotators voted, found no column votes_<class> in it")


def vote_distribution(labels: pd.DataFrame, class_names: Sequence[str], indices: np.ndarray) -> np.ndarray:
    """Share of the annotators' votes for each class, single votes not counted.

    Votes for what is no class (unknown, not a face) are left out, as are single ones, which the paper's majority rule
    does not count either.

    Args:
        labels: of a prepared set, with a column ``votes_<class>`` for every class that annotators could choose.
        class_names: the classes, in order.
        indices: rows that are used.

    Returns:
        float32 (n, C) for all n rows of ``labels``; rows of ``indices`` add up to 1, all others are 0.

    Raises:
        DataError: if there are no votes, a count is negative, or a row has no class with two votes.

    Source: Barsoum et al. 2016, doi 10.1145/2993148.2993165, "cross-entropy loss".
    """
    require_votes(labels, class_names)
    columns = [f"{VOTES}{name}" for name in class_names]
    votes = labels.reindex(columns=columns).iloc[indices].to_numpy(dtype=np.float64, na_value=0)
    if (votes < 0).any():
        row, column = np.argwhere(votes < 0)[0]
        name = labels["id"].iloc[indices[row]]
        raise DataError(f"{name} has {votes[row, column]:.0f} in {columns[column]}, expected 0 votes or more")
    votes[votes <= 1] = 0
    totals = votes.sum(axis=1, keepdims=True)
    if (totals == 0).any():
        name = labels["id"].iloc[indices[totals[:, 0].argmin()]]
        raise DataError(f"{name} has no class with two votes or more, so that targets votes has nothing to learn of it")
    distribution = np.zeros((len(labels), len(class_names)), dtype=np.float32)
    distribution[indices] = votes / totals
    return distribution
