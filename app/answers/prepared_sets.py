"""Prepared sets, opened once each."""

from pathlib import Path

import pandas as pd
import streamlit as st

from app.answers.stored_runs import runs, store
from app.shell import settings
from esr_core.config import TrainingConfig
from esr_core.data.data_record import DataRecord
from esr_core.data.duplicates import describe_duplicates, duplicate_pairs
from esr_core.data.location import locate_set
from esr_core.data.prepared import PreparedCard, PreparedSet, damaged_prepared, list_prepared, read_rejected
from esr_core.data.summary import LabelSummary, summarise
from esr_core.errors import DataError, RunError
from esr_core.run_store import RunStore
from esr_core.run_store.data_of_run import card_of_set, data_record


def prepared() -> dict[str, PreparedCard]:
    """Prepared sets by id."""
    return list_prepared(settings.prepared_root())


def damaged() -> list[str]:
    """Sentences about folders that should be prepared sets and cannot be read."""
    return damaged_prepared(settings.prepared_root())


def prepared_set(name: str) -> PreparedSet:
    """An opened prepared set by its id.

    Raises:
        DataError: if there is none of that id, or it cannot be read.
    """
    cards = prepared()
    if name not in cards:
        raise DataError(f"there is no prepared set {name!r}")
    return _prepared_set(settings.prepared_root() / name, repr(cards[name]))


def set_of_run(run_id: str) -> PreparedSet:
    """The prepared set a run was trained and tested on.

    Raises:
        DataError: if it is gone, or holds other pictures or labels than it did then.
        DamagedRunError: if the run does not say which one it was.
    """
    folder, card = card_of_set(store(), run_id)
    return _prepared_set(folder, repr(card))


def absent() -> dict[str, DataRecord]:
    """What runs learned from and is not on this machine, by the folder they had it in."""
    by_set: dict[tuple[str, str], list[str]] = {}
    configs: dict[tuple[str, str], TrainingConfig] = {}
    for run in runs():
        if run.config:
            key = (run.config.data, run.config.data_key)
            by_set.setdefault(key, []).append(run.run_id)
            configs.setdefault(key, run.config)
    gone = [key for key, config in configs.items() if not (locate_set(config) / "card.json").exists()]
    records = {key[0]: next(filter(None, map(_record, by_set[key])), None) for key in gone}
    return {folder: record for folder, record in records.items() if record is not None}


def _record(run_id: str) -> DataRecord | None:
    """What a run keeps of its set; None where it is older, has not begun or is damaged: page Runs says so."""
    path = store().folder(run_id) / "environment.json"
    return _stored_record(store().root.absolute(), run_id, path.stat().st_mtime_ns) if path.exists() else None


@st.cache_resource(max_entries=16_384, show_spinner=False)
def _stored_record(root: Path, run_id: str, stamp: int) -> DataRecord | None:  # noqa: ARG001 - the key
    try:
        return data_record(RunStore(root), run_id)
    except RunError:
        return None


def summary(name: str) -> LabelSummary:
    """What the labels of a prepared set say in sum."""
    opened = prepared_set(name)
    return _summary(opened.folder, opened.card.fingerprint, opened)


def duplicates(name: str) -> tuple[pd.DataFrame, str]:
    """The pairs of a prepared set with marks, as ``duplicate_pairs`` gives them, and the sentence about them."""
    opened = prepared_set(name)
    return _duplicates(opened.folder, repr(opened.card), opened)


def rejected(name: str) -> pd.DataFrame:
    """Columns file and reason of the pictures that a prepared set left out."""
    opened = prepared_set(name)
    return _rejected(opened.folder, repr(opened.card))


@st.cache_resource(max_entries=8, show_spinner=False)
def _prepared_set(folder: Path, card: str) -> PreparedSet:  # noqa: ARG001 - a set made again is another one
    return PreparedSet.open(folder)


@st.cache_data(max_entries=8, show_spinner=False)
def _summary(folder: Path, fingerprint: str, _opened: PreparedSet) -> LabelSummary:  # noqa: ARG001 - as above
    return summarise(_opened.labels, _opened.card.class_names)


@st.cache_data(max_entries=8, show_spinner=False)
def _duplicates(folder: Path, card: str, _opened: PreparedSet) -> tuple[pd.DataFrame, str]:  # noqa: ARG001 - as above
    return duplicate_pairs(_opened.labels), describe_duplicates(_opened.labels)


@st.cache_data(max_entries=8, show_spinner=False)
def _rejected(folder: Path, card: str) -> pd.DataFrame:  # noqa: ARG001 - as above
    return read_rejected(folder)
