"""Where branches look over many faces: mean maps by class, how much lies in which region, how alike the maps are.

A face leaves its numbers behind and its map is added to a sum, so that what is kept of any number of faces is small.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch

from esr_core.data.face_parts import template_parts
from esr_core.data.network_input import to_images
from esr_core.emotions import FACE_REGIONS
from esr_core.errors import ExplanationError
from esr_core.explanations.attribution import attribute_all
from esr_core.explanations.regions import region_shares
from esr_core.explanations.settings import AttributionSettings
from esr_core.explanations.similarity import mean_where_defined, rank_correlation, top_overlap
from esr_core.metrics import mean_interval
from esr_core.networks import ESR

BATCH = 8  # faces in the network at once: what they take there stays in a processor's caches
SIMILARITIES = ("rank correlation of the maps", "overlap of their strongest 20 %")


@dataclass(frozen=True, slots=True)
class AtlasQuestion:
    """What is asked about every face.

    Raises:
        ExplanationError: if there is no such method, or it has no blocks.
    """

    method: str = "grad_cam"  # a key of METHODS, with its standard parameters
    block: int | None = None  # convolution block, counted from 1; None = the last
    of_labels: bool = False  # explain the class that a face has, instead of the one that each branch predicts

    def __post_init__(self) -> None:
        self.settings()

    def settings(self, class_idx: int | None = None) -> AttributionSettings:
        """The question about a face of this class; None where each branch explains what it predicts."""
        return AttributionSettings(self.method, class_idx=class_idx, block=self.block)


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """What is kept of the maps of B faces: M each, one for each branch and, of several branches, the ensemble's."""

    labels: np.ndarray  # class indices (B,); -1 where a face has no class
    shares: np.ndarray  # of every map in FACE_REGIONS, (B, M, 8); NaN for a map without positive evidence
    similarity: np.ndarray  # of the branches' maps, means over pairs in the order of SIMILARITIES, (B, 2); NaN if none
    sums: np.ndarray  # of maps whose positive parts sum to 1, by class, (C + 1, M, h, w); last those without a class

    @property
    def arrays(self) -> dict[str, np.ndarray]:
        """Its arrays by name, as its constructor takes them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def joined(cls, parts: Sequence["Atlas"]) -> "Atlas":
        """The atlas of the faces of all parts, at least one, in their order."""
        rows = {
            name: np.concatenate([getattr(part, name) for part in parts]) for name in ("labels", "shares", "similarity")
        }
        return cls(**rows, sums=np.sum([part.sums for part in parts], axis=0))

    def of_class(self, class_idx: int | None) -> np.ndarray:
        """Which faces have this class, bool (B,); None takes all, also those without one."""
        return np.ones(len(self.labels), dtype=bool) if class_idx is None else self.labels == class_idx

    def mean_maps(self, class_idx: int | None = None) -> np.ndarray:
        """Mean over faces of maps that each sum to 1, so that every face counts alike.

        Args:
            class_idx: of the faces; None takes all.

        Returns:
            (M, h, w), each summing to 1; NaN where no face has a map with positive evidence.
        """
        sums = self.sums.sum(axis=0) if class_idx is None else self.sums[class_idx]
        counts = np.isfinite(self.shares[self.of_class(class_idx), :, 0]).sum(axis=0)  # (M,)
        return sums / np.where(counts > 0, counts, np.nan)[:, None, None]


@dataclass(frozen=True, slots=True, eq=False)
class AtlasMeans:
    """Means over faces with their 95 % intervals: (..., 3) are mean, lower and upper bound, NaN where not defined."""

    num_faces: int
    num_maps: np.ndarray  # faces with positive evidence, of each map (M,)
    shares: np.ndarray  # of each map in each region, (M, 8, 3)
    similarity: np.ndarray  # in the order of SIMILARITIES, (2, 3)


def face_atlas(net: ESR, pictures: np.ndarray, labels: np.ndarray, question: AtlasQuestion) -> Atlas:
    """Explain faces.

    Args:
        net: an ESR in any mode, on any device; given back as it was.
        pictures: uint8 RGB (B, 96, 96, 3) as prepared sets hold them, at least one.
        labels: class indices (B,) of the network, -1 where a face has none.
        question: about each face.

    Raises:
        ExplanationError: if the network cannot be asked this, or a face without a class is to be asked about its class.
    """
    if question.of_labels and (labels < 0).any():
        raise ExplanationError(f"labels must be class indices to be explained, got {labels.min()}")
    maps = np.maximum(_maps(net, pictures, labels, question), 0)  # (B, M, h, w)
    totals = maps.sum(axis=(2, 3), keepdims=True)
    even = np.divide(maps, totals, out=np.zeros_like(maps), where=totals > 0)
    sums = np.zeros((len(net.config.class_names) + 1, *maps.shape[1:]))
    np.add.at(sums, labels, even)  # -1 is the last
    return Atlas(
        labels.astype(np.int64), region_shares(maps, template_parts()), _similarity(maps[:, : len(net.branches)]), sums
    )


def atlas_means(atlas: Atlas, class_idx: int | None = None, subjects: np.ndarray | None = None) -> AtlasMeans:
    """Means and bootstrap intervals over the faces of a class.

    Args:
        atlas: of B faces.
        class_idx: of the faces; None takes all.
        subjects: who is on each face (B,), drawn with all their faces; None draws single faces.
    """
    chosen = atlas.of_class(class_idx)
    shares, similarity = atlas.shares[chosen], atlas.similarity[chosen]
    num_shares = shares.shape[1] * len(FACE_REGIONS)
    values = np.column_stack([shares.reshape(len(shares), num_shares), similarity])
    means = _with_intervals(values, None if subjects is None else subjects[chosen])
    num_maps = np.isfinite(shares[:, :, 0]).sum(axis=0)
    by_map = means[:num_shares].reshape(*shares.shape[1:], 3)
    return AtlasMeans(len(shares), num_maps, by_map, means[num_shares:])


def similarity_difference(first: np.ndarray, second: np.ndarray, subjects: np.ndarray | None = None) -> np.ndarray:
    """By how much one ensemble's maps are more alike than another's, on the same faces.

    Args:
        first: similarity of one (B, 2), as ``Atlas`` holds it.
        second: of the other, face by face.
        subjects: as ``atlas_means`` takes them.

    Returns:
        Mean of the differences over the faces where both are defined, and its 95 % interval, (2, 3) in the order of
        SIMILARITIES; NaN where none is. An interval above 0 says that the first ensemble's branches look more alike.

    Raises:
        ExplanationError: if the two are not of one shape.
    """
    if first.shape != second.shape:
        raise ExplanationError(f"similarities must be of the same faces, got {first.shape} and {second.shape}")
    return _with_intervals(first - second, subjects)


def _maps(net: ESR, pictures: np.ndarray, labels: np.ndarray, question: AtlasQuestion) -> np.ndarray:
    """Signed maps (B, M, h, w), of a class's faces together where faces are asked about their class."""
    device = net.normalisation.mean.device
    if question.of_labels:
        by_class = [(np.flatnonzero(labels == name), question.settings(int(name))) for name in np.unique(labels)]
    else:
        by_class = [(np.arange(len(labels)), question.settings())]
    batches = [(rows[n : n + BATCH], settings) for rows, settings in by_class for n in range(0, len(rows), BATCH)]
    order = np.concatenate([rows for rows, _ in batches])
    explained = (
        attribute_all(net, to_images(pictures[rows], net.config.architecture).to(device), settings)
        for rows, settings in batches
    )
    num_maps = 1 if len(net.branches) == 1 else len(net.branches) + 1
    return torch.cat(list(explained)).numpy(force=True)[np.argsort(order), :num_maps]


def _similarity(maps: np.ndarray) -> np.ndarray:
    """Mean over pairs of branches of both measures, (B, 2), from positive maps (B, N, h, w)."""
    first, second = np.triu_indices(maps.shape[1], k=1)
    pairs = (measure(maps)[:, first, second] for measure in (rank_correlation, top_overlap))  # (B, P) each
    return np.stack([mean_where_defined(each.T)[0] for each in pairs], axis=1)


def _with_intervals(values: np.ndarray, subjects: np.ndarray | None) -> np.ndarray:
    """Mean, lower and upper bound of each column (K, 3), over the rows where it is not NaN."""
    return np.column_stack([mean_where_defined(values)[0], mean_interval(values, subjects)])
