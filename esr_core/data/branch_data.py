"""Which training pictures each branch learns from: folds left out, or balanced random subsets.

Pure functions of labels, parts, settings and seed.
"""

import numpy as np
import pandas as pd

from esr_core.config import ProtocolConfig
from esr_core.data.protocols import Parts
from esr_core.errors import DataError

NO_GROUP = -1


def branch_training(
    parts: Parts, labels: pd.DataFrame, protocol: ProtocolConfig, num_branches: int, seed: int = 0
) -> tuple[np.ndarray, ...]:
    """Sample indices that each branch learns from.

    Without balance, a single network learns from all training folds and branch b of an ensemble leaves fold b (cyclic)
    out (paper, redundancy analysis: leave-one-fold-out bagging); one fold alone cannot be left out. With balance, each
    branch has its own random subset of the whole training part, up to ``protocol.max_per_group`` of every emotion or
    quadrant (paper, "Evaluation on the AffectNet Dataset").

    Args:
        parts: of the run.
        labels: of the prepared set.
        protocol: whether and by what to balance.
        num_branches: how many subsets to choose.
        seed: of the random subsets; each branch's is the same for any number of branches.

    Raises:
        DataError: if nothing in the training part has what is balanced.
    """
    training = np.concatenate(parts.training)
    if protocol.balance == "none":
        if num_branches == 1 or len(parts.training) == 1:
            return (training,) * num_branches
        return tuple(_without(parts.training, branch % len(parts.training)) for branch in range(num_branches))
    groups = (labels["emotion"].fillna(NO_GROUP).to_numpy(int) if protocol.balance == "emotion" else quadrants(labels))[
        training
    ]
    if (groups == NO_GROUP).all():
        raise DataError(f"protocol.balance {protocol.balance} needs pictures labelled with it, found none in training")
    return tuple(
        training[balanced_subset(groups, protocol.max_per_group, np.random.default_rng((seed, branch)))]
        for branch in range(num_branches)
    )


def balanced_subset(groups: np.ndarray, max_per_group: int, rng: np.random.Generator) -> np.ndarray:
    """A random subset with up to so many of each group.

    Args:
        groups: whole numbers (n,); negative ones are left out.
        max_per_group: at least 1; a smaller group is taken whole.
        rng: decides which.

    Returns:
        Positions in ``groups``, in order, each at most once.
    """
    chosen = [
        rng.permutation(np.flatnonzero(groups == group))[:max_per_group] for group in np.unique(groups) if group >= 0
    ]
    return np.sort(np.concatenate(chosen)) if chosen else np.empty(0, dtype=np.int64)


def quadrants(labels: pd.DataFrame) -> np.ndarray:
    """The quadrant of each picture in the plane of valence and arousal, (n,).

    0 pleasant and aroused, 1 unpleasant and aroused, 2 unpleasant and calm, 3 pleasant and calm; an axis belongs to
    the pleasant or aroused side; -1 where either is not rated.
    """
    valence, arousal = (labels[name].to_numpy(dtype=float) for name in ("valence", "arousal"))
    aroused = np.where(valence >= 0, 0, 1)
    calm = np.where(valence >= 0, 3, 2)
    rated = ~(np.isnan(valence) | np.isnan(arousal))
    return np.where(rated, np.where(arousal >= 0, aroused, calm), NO_GROUP)


def _without(folds: tuple[np.ndarray, ...], left_out: int) -> np.ndarray:
    return np.concatenate([fold for position, fold in enumerate(folds) if position != left_out])
