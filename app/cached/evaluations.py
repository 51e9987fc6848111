"""What stored runs are worth: measured once, and again when their predictions or their prepared set change."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from app.cached.stored_runs import predictions, predictions_stamp, run, runs, store
from esr_core.evaluation import Evaluation, Group, Trial, evaluate, groups_of, seen_pictures, trial_of


def evaluation(run_id: str, part: str = "test") -> Evaluation:
    """Everything measured of a run's part.

    Raises:
        DamagedRunError: if it has stored no predictions of it.
    """
    config = run(run_id).config
    card = Path(config.data) / "card.json" if config else None
    data_stamp = card.stat().st_mtime_ns if card and card.exists() else 0
    return _evaluation(str(store().root.resolve()), run_id, part, (predictions_stamp(run_id, part), data_stamp))


def groups() -> list[Group]:
    """Groups of finished runs that have more than one trial."""
    return [group for group in groups_of(runs()) if len(group.runs) > 1]


def trials(chosen: Sequence[Group], part: str = "test") -> Mapping[str, Sequence[Trial]]:
    """Trials of each group, by its name; each run is read once.

    Raises:
        DamagedRunError: if a run's predictions or parts are missing or cannot be read.
    """
    root = str(store().root.resolve())
    return {
        group.name: [_trial(root, member.run_id, part, predictions_stamp(member.run_id, part)) for member in group.runs]
        for group in chosen
    }


@st.cache_resource(max_entries=64, show_spinner=False)  # tables that nobody writes to: shared, not copied
def _evaluation(root: str, run_id: str, part: str, stamps: tuple[int, int]) -> Evaluation:  # noqa: ARG001 - the key
    return evaluate(run(run_id), predictions(run_id, part), seen_pictures(store(), run_id, part))


@st.cache_resource(max_entries=2048, show_spinner="Measuring trials")
def _trial(root: str, run_id: str, part: str, stamp: int) -> Trial:  # noqa: ARG001 - the key
    return trial_of(run(run_id), predictions(run_id, part), len(store().parts(run_id)["training"]))
