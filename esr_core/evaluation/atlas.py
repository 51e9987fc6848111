"""The atlas of a stored run: its test part explained a chunk at a time, each kept on disk as soon as it is there."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

from esr_core.data.prepared import PreparedSet
from esr_core.evaluation.people import people_in
from esr_core.explanations import Atlas, AtlasQuestion, face_atlas, similarity_difference
from esr_core.explanations.disk_cache import ArrayCache, Arrays
from esr_core.networks import ESR

CHUNK = 64  # faces explained at once
FORMAT = 2  # to be raised when the same key would mean other numbers


@dataclass(frozen=True, slots=True, eq=False)
class AtlasFaces:
    """B faces of a prepared set, in an order that their names alone decide: those in front are a fair sample."""

    prepared: PreparedSet
    rows: np.ndarray  # positions in the set (B,)
    ids: np.ndarray  # names (B,)
    labels: np.ndarray  # class indices of the network (B,); -1 where a face has none
    subjects: np.ndarray | None  # who is on each (B,); None where not all are known

    def __len__(self) -> int:
        return len(self.rows)

    def chunks(self) -> list[slice]:
        """Which faces are explained together."""
        return [slice(start, start + CHUNK) for start in range(0, len(self), CHUNK)]


@dataclass(frozen=True, slots=True, eq=False)
class AtlasStore:
    """Where what was computed for one checkpoint and question is kept."""

    cache: ArrayCache | None  # None keeps nothing
    checkpoint_sha256: str
    question: AtlasQuestion
    precision: str = "float32"  # what the networks that ``steps`` is given compute in

    def stored(self, faces: AtlasFaces) -> Atlas | None:
        """The atlas of the faces up to the first chunk that is not there; None where that is the first of all."""
        parts = []
        for chunk in faces.chunks():
            arrays = self.cache.look_up(self._key(faces, chunk)) if self.cache else None
            if arrays is None:
                break
            parts.append(Atlas(**arrays))
        return Atlas.joined(parts) if parts else None

    def steps(self, faces: AtlasFaces, network: Callable[[], ESR], start: Atlas | None = None) -> Iterator[Atlas]:
        """Explain faces, and yield the atlas of all that are done after each chunk; it can be left at any of them.

        Args:
            faces: to explain, at least one.
            network: loads what explains them, on any device; called where a chunk is not stored.
            start: an atlas that was yielded before, to go on from.
        """
        loaded: list[ESR] = []

        def explained(chunk: slice) -> Arrays:
            if not loaded:
                loaded.append(network())
            pictures = faces.prepared.images[faces.rows[chunk]]
            return face_atlas(loaded[0], pictures, faces.labels[chunk], self.question).arrays

        atlas = start
        done = len(start.labels) if start else 0
        for chunk in faces.chunks()[-(-done // CHUNK) :]:  # rounded up: the last chunk may be a short one
            make = partial(explained, chunk)
            part = Atlas(**(self.cache.get(self._key(faces, chunk), make) if self.cache else make()))
            atlas = Atlas.joined([atlas, part]) if atlas else part
            yield atlas

    def _key(self, faces: AtlasFaces, chunk: slice) -> str:
        """A name that holds all that a chunk depends on."""
        names = hashlib.sha256("\n".join(map(str, faces.ids[chunk])).encode()).hexdigest()
        fingerprint = faces.prepared.card.fingerprint
        asked = asdict(self.question) | {"precision": self.precision}
        return json.dumps(["atlas", FORMAT, self.checkpoint_sha256, fingerprint, names, asked], sort_keys=True)


def atlas_faces(
    prepared: PreparedSet, ids: Sequence[str] | np.ndarray, class_names: Sequence[str], question: AtlasQuestion
) -> AtlasFaces:
    """The pictures of these names, for a network of these classes; those without a class where it is asked about.

    Raises:
        DataError: if the set lacks a picture.
    """
    order = sorted(map(str, ids), key=lambda name: hashlib.sha256(name.encode()).digest())
    rows = prepared.rows_of(order)
    places = [class_names.index(name) if name in class_names else -1 for name in prepared.card.class_names]
    classes = prepared.labels["emotion"].iloc[rows].fillna(len(places)).to_numpy(dtype=np.int64)
    labels = np.array([*places, -1])[classes]
    if question.of_labels:
        rows, labels = rows[labels >= 0], labels[labels >= 0]
    table = prepared.labels.iloc[rows]
    return AtlasFaces(prepared, rows, table["id"].to_numpy(dtype=object), labels, people_in(table).subjects)


def compare_atlases(
    first: Atlas, first_faces: AtlasFaces, second: Atlas, second_faces: AtlasFaces, class_idx: int | None = None
) -> tuple[int, np.ndarray]:
    """By how much the branches of one run look more alike than those of another, on the faces that both explained.

    Args:
        first: of the one.
        first_faces: that it is about, in its order; those behind it are not explained yet.
        second: of the other.
        second_faces: as ``first_faces``.
        class_idx: of the faces; None takes all.

    Returns:
        How many faces that are, and the differences as ``similarity_difference`` gives them.
    """
    first_ids, second_ids = first_faces.ids[: len(first.labels)], second_faces.ids[: len(second.labels)]
    _, one, other = np.intersect1d(first_ids.astype(str), second_ids.astype(str), return_indices=True)
    chosen = first.of_class(class_idx)[one]
    one, other = one[chosen], other[chosen]
    subjects = None if first_faces.subjects is None else first_faces.subjects[one]
    return len(one), similarity_difference(first.similarity[one], second.similarity[other], subjects)
