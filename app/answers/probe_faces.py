"""The probe faces of runs: what they are, and what branches made of them while they learned."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from app.answers.prepared_sets import set_of_run
from app.answers.stored_runs import class_names, predictions, store
from esr_core.data.prepared import PreparedSet
from esr_core.errors import EsrError
from esr_core.run_store import RunStore


@dataclass(frozen=True, slots=True, eq=False)
class ProbeFaces:
    """A run's P probe faces."""

    ids: tuple[str, ...]
    labels: tuple[str, ...]  # their classes; empty where nothing says them
    pictures: np.ndarray | None  # uint8 RGB (P, 96, 96, 3); None where the prepared set is absent
    absent: str = ""  # why it is


@dataclass(frozen=True, slots=True, eq=False)
class ProbeMoment:
    """What N branches made of P probe faces at a validation point."""

    branch: int  # branch being trained, counted from 1; 0 = all together
    epoch: int
    logits: np.ndarray  # (P, N, C)
    evidence: np.ndarray  # (P, N, C, h, w), signed


def probe_faces(run_id: str) -> ProbeFaces:
    """A run's probe faces.

    Raises:
        DamagedRunError: if the run does not say which they are.
    """
    ids = _probe_ids(store().root, run_id, store().folder(run_id).stat().st_mtime_ns)
    try:
        prepared = set_of_run(run_id)
        rows = prepared.rows_of(list(ids))
    except EsrError as error:
        return ProbeFaces(ids, _predicted_labels(run_id, ids), None, str(error))
    return ProbeFaces(ids, _labels(prepared, rows), prepared.images[rows])


def probe_moments(run_id: str, moments: Collection[tuple[int, int]]) -> list[ProbeMoment]:
    """What a run's branches made of its probe faces at these moments, of those that it has stored.

    Args:
        run_id: of the run.
        moments: pairs of branch being trained and epoch.

    Raises:
        DamagedRunError: if a file cannot be read.
    """
    maps = store().probe_maps(run_id, moments)
    return [ProbeMoment(each.branch, each.epoch, each.logits.numpy(), each.evidence.numpy()) for each in maps]


@st.cache_data(max_entries=64, show_spinner=False)
def _probe_ids(root: Path, run_id: str, stamp: int) -> tuple[str, ...]:  # noqa: ARG001 - another folder
    return tuple(RunStore(root).parts(run_id).get("probes", ()))


def _labels(prepared: PreparedSet, rows: Sequence[int] | np.ndarray) -> tuple[str, ...]:
    names = prepared.card.class_names
    return tuple("" if pd.isna(label) else names[label] for label in prepared.labels["emotion"].iloc[rows])


def _predicted_labels(run_id: str, ids: Sequence[str]) -> tuple[str, ...]:
    """The classes that the stored predictions of the validation part hold beside each picture."""
    try:
        stored = predictions(run_id, "validation")
    except EsrError:  # it has not finished
        return ("",) * len(ids)
    names = class_names(run_id)
    by_id = {str(sample): names[label] for sample, label in zip(stored.ids, stored.labels, strict=True) if label >= 0}
    return tuple(by_id.get(sample, "") for sample in ids)
