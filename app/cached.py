"""Every cache of the app: thin calls into esr_core, keyed by what makes their answers change."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from app import settings, uploads
from esr_core.config import NetworkConfig
from esr_core.data.builtin import NUM_SAMPLE_FACES, DrawnFace, FaceChoices, draw_chosen, sample_face
from esr_core.data.faces import crop_face, detect_faces
from esr_core.data.network_input import to_images
from esr_core.data.photographs import read_photograph
from esr_core.data.prepared import PreparedCard, PreparedSet, damaged_prepared, list_prepared, read_rejected
from esr_core.data.summary import LabelSummary, summarise
from esr_core.errors import ConfigError, DataError, PhotoError
from esr_core.explanations import explain
from esr_core.networks import ESR, count_parameters, for_inference
from esr_core.records import EpochRecord, FaceBox, ParameterCount, RunInfo
from esr_core.run_store import RunStore

_model_lock = threading.Lock()  # cached networks are shared by all sessions


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """A run's explanation of one face, as arrays."""

    logits: np.ndarray  # (N, C)
    evidence: np.ndarray  # (N, C, h, w), signed
    class_names: tuple[str, ...]


def store() -> RunStore:
    """The runs this app shows."""
    return RunStore(settings.runs_root())


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
    return _prepared_set(settings.prepared_root() / name, cards[name].fingerprint)


def summary(name: str) -> LabelSummary:
    """What the labels of a prepared set say in sum."""
    opened = prepared_set(name)
    return _summary(opened.folder, opened.card.fingerprint, opened)


def rejected(name: str) -> pd.DataFrame:
    """Columns file and reason of the pictures that a prepared set left out."""
    opened = prepared_set(name)
    return _rejected(opened.folder, repr(opened.card))


def runs() -> Sequence[RunInfo]:
    """All runs, the newest first; read anew each time, for their states must be true."""
    return store().list()


def run(run_id: str) -> RunInfo:
    """One run as it is now."""
    return store().info(run_id)


def history(run_id: str) -> Sequence[EpochRecord]:
    """A run's validation points so far."""
    return store().history(run_id)


@st.cache_data(max_entries=256, show_spinner=False)
def parameters(config: NetworkConfig) -> ParameterCount:
    """What a network would cost."""
    return count_parameters(ESR.from_config(config))


def explanation(run_id: str, picture: np.ndarray) -> Explained:
    """Every branch's logits and evidence for one face, uint8 RGB (96, 96, 3)."""
    return _explanation(str(store().root.resolve()), run_id, _checkpoint_stamp(run_id), picture)


@st.cache_data(max_entries=64, show_spinner=False)
def photograph(face_id: str) -> np.ndarray:
    """An uploaded or drawn photograph, uint8 RGB (H, W, 3)."""
    kind, _, name = face_id.partition("-")
    if kind == "drawn":
        return _drawn(name).photograph
    if kind != "sample":
        return read_photograph(uploads.content(face_id), "the upload")
    if name not in map(str, range(NUM_SAMPLE_FACES)):
        raise PhotoError(f"there is no drawn face {name!r}: they are numbered 0-{NUM_SAMPLE_FACES - 1}")
    return sample_face(int(name))


@st.cache_data(max_entries=256, show_spinner=False)
def faces(face_id: str) -> list[FaceBox]:
    """Faces found in a photograph, the biggest first; of one drawn by choice it is known where the face is."""
    kind, _, name = face_id.partition("-")
    found = detect_faces(photograph(face_id))
    return found or ([_drawn(name).box] if kind == "drawn" else [])


def _drawn(text: str) -> DrawnFace:
    try:
        return draw_chosen(FaceChoices.from_text(text))
    except ConfigError as error:
        raise PhotoError(str(error)) from None


@st.cache_data(max_entries=256, show_spinner=False)
def crop(face_id: str, index: int | None) -> np.ndarray:
    """A face cut out, uint8 RGB (96, 96, 3); None takes the whole photograph."""
    return crop_face(photograph(face_id), None if index is None else faces(face_id)[index])


@st.cache_resource(max_entries=8, show_spinner=False)
def _prepared_set(folder: Path, fingerprint: str) -> PreparedSet:  # noqa: ARG001 - a set made again is another one
    return PreparedSet.open(folder)


@st.cache_data(max_entries=8, show_spinner=False)
def _summary(folder: Path, fingerprint: str, _opened: PreparedSet) -> LabelSummary:  # noqa: ARG001 - as above
    return summarise(_opened.labels, _opened.card.class_names)


@st.cache_data(max_entries=8, show_spinner=False)
def _rejected(folder: Path, card: str) -> pd.DataFrame:  # noqa: ARG001 - as above
    return read_rejected(folder)


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
