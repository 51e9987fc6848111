"""What stored runs are worth: measured once, and again when their predictions or their prepared set change."""

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from app.answers.stored_runs import predictions, predictions_stamp, run, runs, store
from esr_core.commands.train_command import train_command
from esr_core.data.location import locate_set
from esr_core.evaluation import (
    ACCURACY,
    QUALITIES,
    Evaluation,
    Group,
    Trial,
    evaluate,
    model_card,
    repeated_groups,
    seen_pictures,
    stored_trial,
)
from esr_core.metrics import Estimate, trials_estimate
from esr_core.records import RunInfo
from esr_core.run_store.data_of_run import data_record


def evaluation(run_id: str, part: str = "test") -> Evaluation:
    """Everything measured of a run's part.

    Raises:
        DamagedRunError: if it has stored no predictions of it.
    """
    return _evaluation(str(store().root.absolute()), run_id, part, _stamps(run_id, part))


def card(run_id: str) -> str:
    """A finished run's card as Markdown.

    Raises:
        DamagedRunError: if it has not finished, or a file that the card is written from cannot be read.
    """
    return _card(str(store().root.absolute()), run_id, _stamps(run_id, "test"))


def groups() -> list[Group]:
    """Groups of finished runs that have more than one trial."""
    grouped = [run for run in runs() if run.config and run.config.group and run.status.state == "finished"]
    return _groups(str(store().root.absolute()), tuple(run.title for run in grouped), grouped)


def quality(run_id: str, name: str) -> Estimate:
    """One of QUALITIES of a run on its test part, with its interval; accuracy as ``evaluation`` has it.

    Raises:
        DamagedRunError: if it has stored no predictions of it.
        MetricError: if the quality is one of several branches, and the run has a single one.
    """
    if name == ACCURACY.name:
        return evaluation(run_id).accuracy
    return _quality(str(store().root.absolute()), run_id, name, _stamps(run_id, "test"))


def quality_of_group(group: Group, name: str) -> Estimate:
    """One of QUALITIES of a group on its test parts: the mean over trials with its interval.

    Raises:
        DamagedRunError: if a run's predictions or parts are missing or cannot be read.
        MetricError: as ``quality``.
    """
    values = [QUALITIES[name].of(predictions(member.run_id)) for member in group.runs]
    ratios = [trial.test_to_training for trial in trials([group])[group.name]]
    return trials_estimate(np.array(values), float(np.mean(ratios))).within(0, 1)


def trials(chosen: Sequence[Group], part: str = "test") -> Mapping[str, Sequence[Trial]]:
    """Trials of each group, by its name; each run is read once.

    Raises:
        DamagedRunError: if a run's predictions or parts are missing or cannot be read.
    """
    root = str(store().root.absolute())
    return {
        group.name: [_trial(root, member.run_id, part, predictions_stamp(member.run_id, part)) for member in group.runs]
        for group in chosen
    }


@st.cache_data(max_entries=1024, show_spinner=False)
def _quality(root: str, run_id: str, name: str, stamps: tuple[int, int]) -> Estimate:  # noqa: ARG001 - the key
    return QUALITIES[name].estimate(predictions(run_id), evaluation(run_id).subjects)


@st.cache_resource(max_entries=4, show_spinner=False)
def _groups(root: str, titles: tuple[str, ...], _runs: Sequence[RunInfo]) -> list[Group]:  # noqa: ARG001 - the key
    return repeated_groups(_runs)


@st.cache_resource(max_entries=64, show_spinner=False)  # tables that nobody writes to: shared, not copied
def _evaluation(root: str, run_id: str, part: str, stamps: tuple[int, int]) -> Evaluation:  # noqa: ARG001 - the key
    seen = seen_pictures(store(), run_id, part)
    return evaluate(run(run_id), predictions(run_id, part), seen, data_record(store(), run_id))


@st.cache_data(max_entries=64, show_spinner="Writing the card")
def _card(root: str, run_id: str, stamps: tuple[int, int]) -> str:  # noqa: ARG001 - the key
    return model_card(store(), run_id, train_command(store().config(run_id)))


def _stamps(run_id: str, part: str) -> tuple[int, int]:
    """Change when the predictions or the prepared set of a run do."""
    config = run(run_id).config
    card_file = locate_set(config) / "card.json" if config else None
    return predictions_stamp(run_id, part), card_file.stat().st_mtime_ns if card_file and card_file.exists() else 0


@st.cache_resource(max_entries=2048, show_spinner="Measuring trials")
def _trial(root: str, run_id: str, part: str, stamp: int) -> Trial:  # noqa: ARG001 - the key
    return stored_trial(store(), run(run_id), predictions(run_id, part))
