"""Whether branches disagree on the pictures on which annotators do: the paper's Figure 8 over a whole part."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from esr_core.data.labels import VOTES
from esr_core.data.prepared import PreparedSet
from esr_core.metrics import Predictions, diversity

STEPS = 8  # of annotators' disagreement, each with as many pictures as the others, as far as ties allow


@dataclass(frozen=True, slots=True, eq=False)
class BesideAnnotators:
    """One run's rank correlation, and the steps that show it."""

    rho: float  # Spearman's; NaN where it is not defined
    p_value: float
    num_pictures: int
    steps: pd.DataFrame  # entropy of votes in bits, disagreement of branches in %, pictures; means of each step


def beside_annotators(predictions: Predictions, prepared: PreparedSet) -> BesideAnnotators | None:
    """Branches' against annotators' disagreement; None where the prepared set counts no votes.

    Args:
        predictions: of two branches or more.
        prepared: the set that the pictures are of.

    Raises:
        DataError: if the set lacks a picture.
        MetricError: if there is a single branch.
    """
    votes = prepared.labels.iloc[prepared.rows_of(predictions.ids)].filter(like=VOTES).fillna(0).to_numpy(dtype=float)
    if not votes.any():
        return None
    entropy, disagreement = diversity.vote_entropy(votes), diversity.image_disagreement(predictions.classes)
    points = pd.DataFrame({"entropy": entropy, "disagreement": 100 * disagreement}).dropna()
    borders = np.quantile(points["entropy"], np.arange(1, STEPS) / STEPS)
    steps = points.groupby(np.digitize(points["entropy"], borders))
    table = steps.mean().assign(pictures=steps.size()).reset_index(drop=True)
    return BesideAnnotators(*diversity.annotator_correlation(predictions.classes, votes), table)
