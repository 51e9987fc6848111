"""What stored runs are and were: read anew where it can change, kept where it cannot."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from app.shell import settings
from esr_core.metrics import Predictions
from esr_core.records import EpochRecord, Milestone, RunInfo
from esr_core.run_store import RunCatalogue, RunStore, TrashedRun, list_trash
from esr_core.run_store import deletion_warning as warning_of_deletion


def store() -> RunStore:
    """The runs this app shows."""
    return RunStore(settings.runs_root())


def runs_absence() -> str:
    """That the folder which ``ESR_RUNS`` names is not there, as a disk that was unplugged; empty where it is."""
    root = settings.runs_root()
    if not settings.names_runs() or root.exists():
        return ""
    return f"There is no folder {root}, which ESR_RUNS names: is its disk there? The first training would make it."


def runs() -> Sequence[RunInfo]:
    """All runs as they are now, the newest first."""
    return _catalogue(store().root.absolute()).list()


def run(run_id: str) -> RunInfo:
    """One run as it is now."""
    return _catalogue(store().root.absolute()).info(run_id)


def trash() -> Sequence[TrashedRun]:
    """Deleted runs that can be restored, the latest first."""
    return list_trash(store().root)


def trash_bytes() -> int:
    """What the trash takes."""
    return _trash_bytes(trash())


def deletion_warning(run_ids: Sequence[str]) -> str:
    """Which other runs went on from these; empty where none did."""
    return warning_of_deletion(run_ids, runs())


def history(run_id: str) -> Sequence[EpochRecord]:
    """A run's validation points so far.

    Raises:
        DamagedRunError: if a line before the last cannot be read.
    """
    path = store().folder(run_id) / "epochs.jsonl"
    stamp = (path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else (0, 0)
    return _history(store().root.absolute(), run_id, stamp)


def class_names(run_id: str) -> tuple[str, ...]:
    """What a run's logits stand for."""
    return store().config(run_id).network.class_names


def milestones(run_id: str) -> Sequence[Milestone]:
    """Moments of a run's training whose weights are kept, in order."""
    return store().milestones(run_id)


def predictions(run_id: str, part: str = "test") -> Predictions:
    """What a finished run said of its test or validation part.

    Raises:
        DamagedRunError: if it has stored none, or they cannot be read.
    """
    return _predictions(store().root, run_id, part, predictions_stamp(run_id, part))


def predictions_stamp(run_id: str, part: str) -> int:
    """Changes when a run's predictions are written; 0 where there are none."""
    path = store().folder(run_id) / "predictions" / f"{part}.parquet"
    return path.stat().st_mtime_ns if path.exists() else 0


@st.cache_resource(max_entries=4, show_spinner=False)  # shared by all sessions: finished runs are read once
def _catalogue(root: Path) -> RunCatalogue:
    name = hashlib.sha256(str(root).encode()).hexdigest()[:16]
    return RunCatalogue(root, settings.cache_root() / "runs" / f"{name}.json")


@st.cache_resource(max_entries=4, show_spinner=False)
def _trash_bytes(trashed: Sequence[TrashedRun]) -> int:
    return sum(run.size_bytes for run in trashed)


@st.cache_resource(max_entries=64, show_spinner=False)  # records that nobody writes to: shared, not copied
def _history(root: Path, run_id: str, stamp: tuple[int, int]) -> Sequence[EpochRecord]:  # noqa: ARG001 - the key
    return tuple(RunStore(root).history(run_id))


@st.cache_resource(max_entries=32, show_spinner=False)  # arrays that nobody writes to: shared, not copied
def _predictions(root: Path, run_id: str, part: str, stamp: int) -> Predictions:  # noqa: ARG001 - another file
    return RunStore(root).predictions(run_id, part)
