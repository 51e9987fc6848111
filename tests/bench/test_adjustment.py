"""Logit adjustment taken back: of a single network, whose vote is its largest logit, by hand."""

from pathlib import Path

import numpy as np
import pytest

from bench._adjustment import taken_back
from esr_core import open_run

RUNS = Path(__file__).parents[2] / "runs"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_what_rare_classes_were_given_is_taken_from_their_logits(share):
    run = open_run("gallery-single", RUNS)
    validation, test = (run.store.predictions(run.run_id, part) for part in ("validation", "test"))
    frequencies = np.bincount(validation.labels) / len(validation.labels)
    offsets = -1.2 * share * frequencies**-0.25  # 1.2 is the weight in its configuration
    right = (test.logits[:, 0] + offsets).argmax(axis=1) == test.labels
    recall = [right[test.labels == each].mean() for each in range(8)]
    _, _, _, accuracy, balanced = taken_back(run, share)
    assert accuracy.startswith(f"{100 * right.mean():.1f} %")
    assert balanced == f"{100 * np.mean(recall):.1f} %"
