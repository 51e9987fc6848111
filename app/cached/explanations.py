"""What stored networks say of a face, and where in it they say so: on disk by content, and at hand in memory."""

import threading
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import streamlit as st
import torch

from app import settings as places
from app.cached.stored_runs import store
from esr_core.data.network_input import to_images
from esr_core.errors import RunError
from esr_core.explanations import AttributionSettings, Explanation, FaceMaps, attribute, explain
from esr_core.explanations.disk_cache import ArrayCache, Arrays, explanation_key
from esr_core.networks import ESR, for_inference
from esr_core.run_store import RunStore

_model_lock = threading.Lock()  # cached networks are shared by all sessions


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """A run's explanation of one face, as arrays."""

    logits: np.ndarray  # (N, C)
    evidence: np.ndarray  # (N, C, h, w), signed
    class_names: tuple[str, ...]
    affect: np.ndarray | None = None  # valence and arousal, (N, 2); None without an affect head
    affect_evidence: np.ndarray | None = None  # (N, 2, h, w), signed

    def attribution(self, settings: AttributionSettings) -> np.ndarray:
        """Signed Grad-CAM on the last block, (N, h, w), for the ensemble (1, h, w)."""
        arrays = (self.logits, self.evidence, self.affect, self.affect_evidence)
        tensors = (None if array is None else torch.from_numpy(array)[None] for array in arrays)
        return Explanation(*tensors).attribution(settings)[0].numpy()  # type: ignore[arg-type]  # the first two are there


@dataclass(frozen=True, slots=True)
class _Weights:
    """A checkpoint, by where it is and by its content."""

    root: str
    run_id: str
    checkpoint: str
    sha256: str


def explanation(run_id: str, picture: np.ndarray, checkpoint: str = "best") -> Explained:
    """Every branch's logits and evidence for one face, uint8 RGB (96, 96, 3).

    Raises:
        DamagedRunError: if the checkpoint is missing or altered, also where an answer of its is kept.
    """
    return _explanation(_weights(run_id, checkpoint), picture)


def face_maps(run_id: str, picture: np.ndarray, settings: AttributionSettings, checkpoint: str = "best") -> FaceMaps:
    """What a run says of one face, and a map of every branch and of the ensemble.

    Raises:
        DamagedRunError: as ``explanation``.
        ExplanationError: if the network cannot be asked this.
    """
    weights = _weights(run_id, checkpoint)
    said = _explanation(weights, picture)
    questions = [replace(settings, ensemble=ensemble) for ensemble in (False, True)]
    if settings.method == "grad_cam" and settings.block is None:
        each, mean = (said.attribution(question) for question in questions)
    else:
        each, mean = (_attribution(weights, picture, question) for question in questions)
    return FaceMaps(settings, said.class_names, said.logits, each, mean[0], said.affect)


@st.cache_data(max_entries=512, show_spinner=False)
def _explanation(weights: _Weights, picture: np.ndarray) -> Explained:
    def make() -> Arrays:
        network = _network(weights)
        with _model_lock:
            made = explain(network, to_images(picture[None], network.config.architecture))
        kept = {name: getattr(made, name) for name in Explanation.__slots__}
        return {name: tensor[0].numpy() for name, tensor in kept.items() if tensor is not None}

    arrays = _disk().get(explanation_key(weights.sha256, picture, None), make)
    return Explained(**arrays, class_names=store().config(weights.run_id).network.class_names)


@st.cache_data(max_entries=512, show_spinner="Explaining …")
def _attribution(weights: _Weights, picture: np.ndarray, settings: AttributionSettings) -> np.ndarray:
    def make() -> Arrays:
        network = _network(weights)
        with _model_lock:
            maps = attribute(network, to_images(picture[None], network.config.architecture), settings)
        return {"maps": maps[0].numpy()}

    return _disk().get(explanation_key(weights.sha256, picture, settings), make)["maps"]


@st.cache_resource(max_entries=8, show_spinner=False)
def _network(weights: _Weights) -> ESR:
    runs = RunStore(Path(weights.root))
    network = for_inference(runs.load_network(weights.run_id, weights.checkpoint))
    if runs.checkpoint_sha256(weights.run_id, weights.checkpoint) != weights.sha256:
        raise RunError(f"run {weights.run_id} stored better weights while they were read: please look again")
    return network


def _weights(run_id: str, checkpoint: str) -> _Weights:
    """Raises DamagedRunError if there are none, or they are no longer what was stored."""
    folder = store().folder(run_id)
    files = (folder / "checkpoints" / f"{checkpoint}.safetensors", folder / "manifest.json")
    stamps = tuple((path.stat().st_mtime_ns, path.stat().st_ctime_ns) if path.exists() else None for path in files)
    root = str(store().root.resolve())
    return _Weights(root, run_id, checkpoint, _sha256(root, run_id, checkpoint, stamps))


@st.cache_data(max_entries=4096, show_spinner=False)
def _sha256(root: str, run_id: str, checkpoint: str, stamps: tuple) -> str:  # noqa: ARG001 - other files are read anew
    return RunStore(Path(root)).checkpoint_sha256(run_id, checkpoint)


def _disk() -> ArrayCache:
    return _opened(places.cache_root() / "explanations")


@st.cache_resource(max_entries=4, show_spinner=False, on_release=ArrayCache.close)
def _opened(folder: Path) -> ArrayCache:
    return ArrayCache(folder, places.CACHE_LIMIT_BYTES)
