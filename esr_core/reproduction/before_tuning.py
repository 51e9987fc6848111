"""What the ensemble that is fine-tuned on FER+ says of FER+ before that: the paper's text beside Table 5.

Source: paper, "Fine-tuning on the FER+ Dataset".
"""

import shlex

import numpy as np
import pandas as pd

from esr_core.devices import resolve_device
from esr_core.evaluation import (
    JoinRules,
    Pictures,
    compute_and_store_logits,
    cross_set_key,
    evaluate_cross_set,
    labelled_pictures,
    stored_logits,
)
from esr_core.evaluation import paper_results as paper
from esr_core.metrics import Estimate
from esr_core.reproduction.experiments import EXPERIMENTS
from esr_core.reproduction.results import Results, Table
from esr_core.run_store import CrossSetKey

TUNED = "esr9-ferplus"


def ask_before_tuning(results: Results, device: str) -> None:
    """Ask the ensemble about FER+ where that can be done; what it answers is stored as by ``evaluate --data``.

    Args:
        results: of a plan with the fine-tuning in it.
        device: to compute on.

    Raises:
        DamagedRunError: if its weights are missing or altered.
        DataError: if it shares no class with the set.
    """
    asked = _asked(results)
    if asked is not None and stored_logits(results.store, *asked) is None:
        compute_and_store_logits(results.store, *asked, resolve_device(device))


def table_before_tuning(results: Results) -> Table:
    """The paper's accuracy beside ours, from answers that are stored, and the command that stores them."""
    low, high = (estimate := _accuracy(results))[1:]
    run, prepared = results.start_run(TUNED), results.sets.get(EXPERIMENTS[TUNED].data)
    command = ["evaluate", run.run_id if run else "RUN", "--data", str(prepared.folder) if prepared else "SET"]
    row = {
        "approach": "ESR-9 before any training on FER+",
        "paper, %": paper.BEFORE_TUNING,
        "ours, %": 100 * estimate.value,
        "95 % low": 100 * low,
        "95 % high": 100 * high,
        "measured by": shlex.join(command),
    }
    return Table("before", "Test accuracy before fine-tuning", pd.DataFrame([row]), digits=2)


def _accuracy(results: Results) -> Estimate:
    """Accuracy of the vote in [0, 1] with its 95 % interval; all NaN where nothing is stored."""
    asked = _asked(results)
    logits = None if asked is None else stored_logits(results.store, *asked)
    if asked is None or logits is None:
        return Estimate(np.nan)
    key, pictures = asked
    return evaluate_cross_set(results.store, key.run_id, pictures, logits, JoinRules()).evaluation.accuracy


def _asked(results: Results) -> tuple[CrossSetKey, Pictures] | None:
    """Which ensemble is asked about which pictures; None where either is missing, or it learned from this very set."""
    run, prepared = results.start_run(TUNED), results.sets.get(EXPERIMENTS[TUNED].data)
    if run is None or run.config is None or prepared is None or run.config.data_key == prepared.card.fingerprint:
        return None
    pictures = labelled_pictures(prepared)
    return cross_set_key(run, results.store.checkpoint_sha256(run.run_id), pictures), pictures
