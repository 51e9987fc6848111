"""What stored networks say of a face, and where in it they say so."""

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from app.cached.stored_runs import store
from esr_core.data.network_input import to_images
from esr_core.explanations import explain
from esr_core.networks import ESR, for_inference
from esr_core.run_store import RunStore

_model_lock = threading.Lock()  # cached networks are shared by all sessions


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """A run's explanation of one face, as arrays."""

    logits: np.ndarray  # (N, C)
    evidence: np.ndarray  # (N, C, h, w), signed
    class_names: tuple[str, ...]


def explanation(run_id: str, picture: np.ndarray) -> Explained:
    """Every branch's logits and evidence for one face, uint8 RGB (96, 96, 3)."""
    return _explanation(str(store().root.resolve()), run_id, _checkpoint_stamp(run_id), picture)


@st.cache_data(max_entries=512, show_spinner=False)
def _explanation(root: str, run_id: str, stamp: int, picture: np.ndarray) -> Explained:
    network = _network(root, run_id, stamp)
    with _model_lock:
        result = explain(network, to_images(picture[None], network.config.architecture))
    return Explained(result.logits[0].numpy(), result.evidence[0].numpy(), network.config.class_names)


@st.cache_resource(max_entries=16, show_spinner=False)
def _network(root: str, run_id: str, stamp: int) -> ESR:  # noqa: ARG001 - the stamp is part of the key
    return for_inference(RunStore(Path(root)).load_network(run_id))


def _checkpoint_stamp(run_id: str) -> int:
    """Changes when the best checkpoint is replaced, as it is while a run trains."""
    path = store().folder(run_id) / "checkpoints" / "best.safetensors"
    return path.stat().st_mtime_ns if path.exists() else 0
