"""Figures 6 and 7: what the vote takes for what, the paper's matrix beside that of finished runs."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from esr_core.emotions import EMOTIONS
from esr_core.evaluation import paper_results as paper
from esr_core.metrics import confusion_shares
from esr_core.reproduction.experiments import EXPERIMENTS
from esr_core.reproduction.results import Results, Table


def figure_6(results: Results) -> list[Table]:
    """The confusion matrix on AffectNet."""
    return _confusions(results, "esr9", paper.FIGURE_6, paper.FIGURE_6_LABELS)


def figure_7(results: Results) -> list[Table]:
    """The confusion matrix on FER+."""
    return _confusions(results, "esr9-ferplus", paper.FIGURE_7, paper.FIGURE_7_LABELS)


def _confusions(
    results: Results, name: str, printed: Iterable[Iterable[float]], label_counts: Iterable[int]
) -> list[Table]:
    counts = results.confusion(name)
    ours = np.full((len(EMOTIONS), len(EMOTIONS)), np.nan) if counts is None else 100 * confusion_shares(counts)
    labels = pd.DataFrame({"class": EMOTIONS, "paper": list(label_counts)})
    if prepared := results.sets.get(EXPERIMENTS[name].data):
        labels["ours"] = list(prepared.card.counts)
    title = f"The vote in % of each labelled class, ours ({results.progress(name)} trials)"
    return [
        Table("", title, _matrix(ours)),
        Table("paper", "The vote in % of each labelled class, the paper's", _matrix(np.array(list(printed)))),
        Table("labels", "Pictures of each class", labels),
    ]


def _matrix(cells: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=list(EMOTIONS))
    frame.insert(0, "labelled", list(EMOTIONS))
    return frame
