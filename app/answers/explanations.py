"""What stored networks say of a face, and where in it they say so: on disk by content, and at hand in memory."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
import torch

from app.answers.networks import Weights, disk, model_lock, network_of, weights_of
from app.answers.stored_runs import store
from esr_core.data.network_input import to_images
from esr_core.explanations import AttributionSettings, Explanation, FaceMaps, attribute, explain
from esr_core.explanations.disk_cache import Arrays, explanation_key


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


def explanation(run_id: str, picture: np.ndarray, checkpoint: str = "best") -> Explained:
    """Every branch's logits and evidence for one face, uint8 RGB (96, 96, 3).

    Raises:
        DamagedRunError: if the checkpoint is missing or altered, also where an answer of its is kept.
    """
    return _explanation(weights_of(run_id, checkpoint), picture)


def face_maps(run_id: str, picture: np.ndarray, settings: AttributionSettings, checkpoint: str = "best") -> FaceMaps:
    """What a run says of one face, and a map of every branch and of the ensemble.

    Raises:
        DamagedRunError: as ``explanation``.
        ExplanationError: if the network cannot be asked this.
    """
    weights = weights_of(run_id, checkpoint)
    said = _explanation(weights, picture)
    questions = [replace(settings, ensemble=ensemble) for ensemble in (False, True)]
    if settings.method == "grad_cam" and settings.block is None:
        each, mean = (said.attribution(question) for question in questions)
    else:
        each, mean = (_attribution(weights, picture, question) for question in questions)
    return FaceMaps(settings, said.class_names, said.logits, each, mean[0], said.affect)


@st.cache_data(max_entries=512, show_spinner=False)
def _explanation(weights: Weights, picture: np.ndarray) -> Explained:
    def make() -> Arrays:
        network = network_of(weights)
        with model_lock:
            made = explain(network, to_images(picture[None], network.config.architecture))
        kept = {name: getattr(made, name) for name in Explanation.__slots__}
        return {name: tensor[0].numpy() for name, tensor in kept.items() if tensor is not None}

    arrays = disk().get(explanation_key(weights.sha256, picture, None), make)
    return Explained(**arrays, class_names=store().config(weights.run_id).network.class_names)


@st.cache_data(max_entries=512, show_spinner="Explaining …")
def _attribution(weights: Weights, picture: np.ndarray, settings: AttributionSettings) -> np.ndarray:
    def make() -> Arrays:
        network = network_of(weights)
        with model_lock:
            maps = attribute(network, to_images(picture[None], network.config.architecture), settings)
        return {"maps": maps[0].numpy()}

    return disk().get(explanation_key(weights.sha256, picture, settings), make)["maps"]
