"""What favouring rare classes costs: accuracy and balanced accuracy when part of the logit adjustment is taken back."""

import numpy as np
import torch

from esr_core.evaluation.markdown import interval, percent
from esr_core.metrics import class_scores, mean_interval, plurality_vote
from esr_core.opened_run import OpenedRun
from esr_core.training.data import shares_of_classes
from esr_core.training.tasks import class_offsets

TAKEN_BACK = (0.0, 0.25, 0.5, 0.75, 1.0)
TRADE = ("taken back", *(f"{part}, {what}" for part in ("validation", "test") for what in ("accuracy", "balanced")))


def taken_back(run: OpenedRun, share: float) -> list[str]:
    """A row of TRADE: the vote's accuracies when a share of the logit adjustment that was learned with is taken back.

    Source: Menon et al. 2021, arXiv 2007.07314, post-hoc logit adjustment, whose sign is turned here. Shares of the
    classes are those of the validation part.
    """
    config, cells = run.store.config(run.run_id), []
    parts = {part: run.store.predictions(run.run_id, part) for part in ("validation", "test")}
    shares = shares_of_classes(np.bincount(parts["validation"].labels, minlength=len(run.class_names)))
    offsets = share * class_offsets(shares, config, torch.device("cpu")).numpy()
    for part in parts.values():
        vote = plurality_vote(part.logits + offsets).predictions
        low, high = mean_interval((vote == part.labels)[:, None])[0]
        balanced = class_scores(vote, part.labels, len(offsets)).balanced_accuracy
        cells += [f"{percent((vote == part.labels).mean())} {interval(low, high)}", percent(balanced)]
    return [f"{100 * share:.0f} %", *cells]
