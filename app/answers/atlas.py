"""Where the branches of stored runs look over all faces of their test part: on disk chunk by chunk, and in memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch

from app.answers.networks import Weights, disk, network_of, weights_of
from app.answers.prepared_sets import set_of_run
from app.answers.stored_runs import class_names, store
from esr_core.data.prepared import PreparedSet
from esr_core.devices import computes_bfloat16, resolve_device
from esr_core.errors import ExplanationError
from esr_core.evaluation import AtlasFaces, AtlasStore, atlas_faces, compare_atlases
from esr_core.explanations import Atlas, AtlasMeans, AtlasQuestion
from esr_core.explanations import atlas_means as means_of
from esr_core.networks import ESR, for_inference


@dataclass(frozen=True, slots=True, eq=False)
class RunAtlas:
    """What a run's branches look at, over the faces that were explained so far."""

    weights: Weights
    question: AtlasQuestion
    faces: AtlasFaces
    atlas: Atlas | None  # of the first faces; None before any

    @property
    def num_done(self) -> int:
        """How many faces were explained."""
        return 0 if self.atlas is None else len(self.atlas.labels)

    @property
    def explained(self) -> Atlas:
        """The atlas of those faces.

        Raises:
            ExplanationError: if there is none yet.
        """
        if self.atlas is None:
            raise ExplanationError(f"at least one face must be explained by {self.weights.run_id}, got none")
        return self.atlas

    @property
    def is_complete(self) -> bool:
        """Whether all were."""
        return self.num_done == len(self.faces)


def run_atlas(run_id: str, question: AtlasQuestion) -> RunAtlas:
    """What is known so far; nothing is explained.

    Raises:
        DataError: if the run's prepared set is not on this machine, has changed or lacks a picture.
        DamagedRunError: if the checkpoint is missing or altered, or the run does not say what its test part was.
    """
    prepared, weights = set_of_run(run_id), weights_of(run_id, "best")
    faces = _faces(weights.root, run_id, prepared.card.fingerprint, question, prepared)
    memory = _memory(weights, prepared.card.fingerprint, question)
    if not memory and (stored := _store(weights, question).stored(faces)):
        memory.append(stored)
    return RunAtlas(weights, question, faces, memory[0] if memory else None)


def explain_all(known: RunAtlas) -> Iterator[int]:
    """Explain the faces that were not yet, and yield how many are done after each chunk; what is done stays.

    Raises:
        DamagedRunError: if the checkpoint is missing or altered.
        ExplanationError: if the network cannot be asked this.
    """
    memory = _memory(known.weights, known.faces.prepared.card.fingerprint, known.question)

    def network() -> ESR:
        """A copy of its own: faces can be looked at meanwhile."""
        return for_inference(network_of(known.weights), _dtype(known.question)).to(resolve_device("auto"))

    for atlas in _store(known.weights, known.question).steps(known.faces, network, known.atlas):
        if not memory or len(memory[0].labels) < len(atlas.labels):  # another session may be ahead
            memory[:] = [atlas]
        yield len(atlas.labels)


def atlas_means(known: RunAtlas, class_name: str | None) -> AtlasMeans:
    """Means and intervals over the explained faces, at least one, of a class; None takes all."""
    return _means(_key(known), _class_idx(known, class_name), known)


def atlas_difference(known: RunAtlas, other: RunAtlas, class_name: str | None) -> tuple[int, np.ndarray]:
    """On how many faces, and by how much, a run's branches look more alike than another's; see ``compare_atlases``."""
    return _difference(_key(known), _key(other), _class_idx(known, class_name), known, other)


def mean_maps(known: RunAtlas, class_name: str | None) -> np.ndarray:
    """Mean maps (M, h, w) over the explained faces, at least one, of a class; see ``Atlas.mean_maps``."""
    return known.explained.mean_maps(_class_idx(known, class_name))


def mean_face(known: RunAtlas, class_name: str | None) -> np.ndarray:
    """The mean of the explained faces of a class, uint8 RGB (96, 96, 3); grey where there is none."""
    return _mean_face(_key(known), _class_idx(known, class_name), known)


def atlas_precision(question: AtlasQuestion) -> str:
    """What the networks compute an atlas in: "float32" or "bfloat16"."""
    return str(_dtype(question)).removeprefix("torch.")


Key = tuple[Weights, str, AtlasQuestion, int]


def _key(known: RunAtlas) -> Key:
    """All that its numbers depend on."""
    return known.weights, known.faces.prepared.card.fingerprint, known.question, known.num_done


def _class_idx(known: RunAtlas, class_name: str | None) -> int | None:
    """-2, which no face has, stands for a class that the run lacks."""
    names = class_names(known.weights.run_id)
    return None if class_name is None else names.index(class_name) if class_name in names else -2


def _store(weights: Weights, question: AtlasQuestion) -> AtlasStore:
    return AtlasStore(disk(), weights.sha256, question, atlas_precision(question))


def _dtype(question: AtlasQuestion) -> torch.dtype:
    """bfloat16 halves the time on a processor that has it; what looks into blocks or at gradients takes float32."""
    device, is_last_grad_cam = resolve_device("auto"), question.method == "grad_cam" and question.block is None
    return torch.bfloat16 if is_last_grad_cam and device.type == "cpu" and computes_bfloat16(device) else torch.float32


@st.cache_resource(max_entries=64, show_spinner=False)
def _memory(weights: Weights, fingerprint: str, question: AtlasQuestion) -> list[Atlas]:  # noqa: ARG001 - the key
    """The atlas as far as it goes, or none yet; also where the cache cannot be written."""
    return []


@st.cache_resource(max_entries=64, show_spinner=False)
def _faces(
    root: str,  # noqa: ARG001 - the key
    run_id: str,
    fingerprint: str,  # noqa: ARG001 - the key
    question: AtlasQuestion,
    _prepared: PreparedSet,
) -> AtlasFaces:
    return atlas_faces(_prepared, store().parts(run_id)["test"], class_names(run_id), question)


@st.cache_data(max_entries=256, show_spinner=False)
def _means(key: Key, class_idx: int | None, _known: RunAtlas) -> AtlasMeans:  # noqa: ARG001 - the key
    subjects = _known.faces.subjects
    return means_of(_known.explained, class_idx, None if subjects is None else subjects[: _known.num_done])


@st.cache_data(max_entries=256, show_spinner=False)
def _difference(
    key: Key,  # noqa: ARG001 - the key
    other_key: Key,  # noqa: ARG001 - the key
    class_idx: int | None,
    _known: RunAtlas,
    _other: RunAtlas,
) -> tuple[int, np.ndarray]:
    return compare_atlases(_known.explained, _known.faces, _other.explained, _other.faces, class_idx)


@st.cache_data(max_entries=256, show_spinner=False)
def _mean_face(key: Key, class_idx: int | None, _known: RunAtlas) -> np.ndarray:  # noqa: ARG001 - the key
    rows = np.sort(_known.faces.rows[: _known.num_done][_known.explained.of_class(class_idx)])
    total = np.zeros((96, 96, 3))
    for row in rows:  # one at a time: the set stays on disk
        total += _known.faces.prepared.images[row]
    return np.full(total.shape, 128, np.uint8) if not len(rows) else np.rint(total / len(rows)).astype(np.uint8)
