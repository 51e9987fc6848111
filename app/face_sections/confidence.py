"""How sure are they? Every branch's probabilities for one face, and their mean."""

from collections.abc import Sequence

import numpy as np

from app import cached
from app.saliency import MapChoices
from app.views.probability_chart import probability_chart
from esr_core.metrics import mean_probability, probabilities
from esr_core.records import RunInfo


def draw(runs: Sequence[RunInfo], crop: np.ndarray, choices: MapChoices) -> None:
    """A chart for each run."""
    for run in runs:
        explained = cached.explanation(run.run_id, crop, choices.checkpoint(run.run_id))
        logits = explained.logits[None]  # (1, N, C)
        probability_chart(
            f"{run.label} ({run.run_id})",
            explained.class_names,
            probabilities(logits)[0],
            mean_probability(logits)[0],
            f"probabilities-{run.run_id}",
        )
