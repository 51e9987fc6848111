"""Stored networks, shared by all sessions, and the disk on which what they say is kept by content."""

import threading
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from app.answers.stored_runs import store
from app.shell import settings
from esr_core.errors import RunError
from esr_core.explanations.disk_cache import ArrayCache
from esr_core.networks import ESR, for_inference
from esr_core.run_store import RunStore

model_lock = threading.Lock()  # one network computes at a time


@dataclass(frozen=True, slots=True)
class Weights:
    """A checkpoint, by where it is and by its content."""

    root: str
    run_id: str
    checkpoint: str
    sha256: str


@st.cache_resource(max_entries=8, show_spinner=False)
def network_of(weights: Weights) -> ESR:
    """The network, ready for inference; hold ``model_lock`` while it computes.

    Raises:
        DamagedRunError: if the checkpoint is missing or altered.
        RunError: if it was replaced while it was read.
    """
    runs = RunStore(Path(weights.root))
    network = for_inference(runs.load_network(weights.run_id, weights.checkpoint), in_place=True)
    if runs.checkpoint_sha256(weights.run_id, weights.checkpoint) != weights.sha256:
        raise RunError(f"run {weights.run_id} stored better weights while they were read: please look again")
    return network


def weights_of(run_id: str, checkpoint: str) -> Weights:
    """The weights as they are now; raises DamagedRunError if there are none, or they are no longer what was stored."""
    folder = store().folder(run_id)
    files = (folder / "checkpoints" / f"{checkpoint}.safetensors", folder / "manifest.json")
    stamps = tuple((path.stat().st_mtime_ns, path.stat().st_ctime_ns) if path.exists() else None for path in files)
    root = str(store().root.absolute())
    return Weights(root, run_id, checkpoint, _sha256(root, run_id, checkpoint, stamps))


@st.cache_data(max_entries=4096, show_spinner=False)
def _sha256(root: str, run_id: str, checkpoint: str, stamps: tuple) -> str:  # noqa: ARG001 - other files are read anew
    return RunStore(Path(root)).checkpoint_sha256(run_id, checkpoint)


def cache_problem() -> str:
    """Why nothing is kept on disk, in a sentence; empty where it is."""
    return disk().problem()


def remove_leftovers() -> None:
    """Remove what processes that were killed left beside what is kept on disk."""
    disk().remove_leftovers()


def disk() -> ArrayCache:
    """What was computed with them before, on disk."""
    return _opened(settings.cache_root() / "explanations")


@st.cache_resource(max_entries=4, show_spinner=False, on_release=ArrayCache.close)
def _opened(folder: Path) -> ArrayCache:
    return ArrayCache(folder, settings.CACHE_LIMIT_BYTES)
