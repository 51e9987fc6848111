"""What stored runs are worth on other prepared sets: asked by a click, then at hand in memory and beside the runs."""

from collections.abc import Callable

import streamlit as st

from app.answers.networks import weights_of
from app.answers.prepared_sets import prepared_set
from app.answers.stored_runs import run, store
from esr_core.devices import resolve_device
from esr_core.evaluation import (
    CrossEvaluation,
    JoinRules,
    Pictures,
    compute_logits,
    cross_set_key,
    evaluate_cross_set,
    labelled_pictures,
    stored_logits,
)
from esr_core.metrics import Predictions
from esr_core.run_store import CrossSetKey


def set_pictures(name: str, part: str | None = None) -> Pictures:
    """The pictures with a class in a part of a prepared set; None takes the part that it is measured on.

    Raises:
        DataError: if the set is gone or damaged, or has no picture with a class in this part.
    """
    return labelled_pictures(prepared_set(name), part)


def cross_evaluation(run_id: str, pictures: Pictures, rules: JoinRules) -> CrossEvaluation | None:
    """Everything measured of a run on these pictures; None where it has not been asked about them.

    Raises:
        DataError: if network and set share no class, or too few.
        RunError: if the run is damaged or not over.
    """
    key = _key(run_id, pictures)
    logits = _memory(str(store().root.absolute()), key)
    if not logits and (stored := stored_logits(store(), key, pictures)):
        logits.append(stored)
    return _evaluated(str(store().root.absolute()), key, rules, pictures, logits[0]) if logits else None


def ask(run_id: str, pictures: Pictures, progress: Callable[[int, int], None]) -> tuple[CrossSetKey, Predictions]:
    """Compute a run's logits on these pictures, with a copy of its network; they are at hand in memory from then on.

    Args:
        run_id: of a run that is over.
        pictures: of a prepared set.
        progress: called with the pictures done and their number.

    Raises:
        RunError: if the run is damaged or not over.
    """
    key = _key(run_id, pictures)
    predictions = compute_logits(store(), run_id, pictures, resolve_device("auto"), progress)
    _memory(str(store().root.absolute()), key).append(predictions)
    return key, predictions


def _key(run_id: str, pictures: Pictures) -> CrossSetKey:
    return cross_set_key(run(run_id), weights_of(run_id, "best").sha256, pictures)


@st.cache_resource(max_entries=32, show_spinner=False)
def _memory(root: str, key: CrossSetKey) -> list[Predictions]:  # noqa: ARG001 - the key
    """Logits that are at hand, or none yet; also where the folder of the runs cannot be written."""
    return []


@st.cache_resource(max_entries=64, show_spinner=False)  # tables that nobody writes to: shared, not copied
def _evaluated(
    root: str,  # noqa: ARG001 - the key
    key: CrossSetKey,
    rules: JoinRules,
    _pictures: Pictures,
    _logits: Predictions,
) -> CrossEvaluation:
    return evaluate_cross_set(store(), key.run_id, _pictures, _logits, rules)
