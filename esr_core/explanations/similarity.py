"""How alike the branches' maps are, beside how often the branches predict alike."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy

from esr_core.errors import ExplanationError

TOP_SHARE = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class FaceAgreement:
    """Agreement of every pair of branches on each of B faces; matrices are symmetric."""

    rank_correlation: np.ndarray  # Spearman's, of their maps, (B, N, N) in [-1, 1]; NaN where one says nothing
    top_overlap: np.ndarray  # of their maps, (B, N, N) in [0, 1]; NaN where one says nothing
    same_prediction: np.ndarray  # bool (B, N, N)


@dataclass(frozen=True, slots=True, eq=False)
class BranchAgreement:
    """Agreement of every pair of branches over many faces; matrices are symmetric (N, N)."""

    rank_correlation: np.ndarray  # mean over the faces where it is defined; NaN if none
    top_overlap: np.ndarray  # the same
    num_compared: np.ndarray  # faces where the rank correlation is defined
    same_prediction: np.ndarray  # share of all faces, in [0, 1]
    num_faces: int


def rank_correlation(maps: np.ndarray) -> np.ndarray:
    """Spearman's rank correlation between the maps of every two branches, position by position.

    Args:
        maps: (..., N, h, w), any range.

    Returns:
        Symmetric matrices (..., N, N) in [-1, 1]; NaN where one of the two maps is the same everywhere, as a map
        without positive evidence is. Equal values share their mean rank.

    Raises:
        ExplanationError: if the maps have fewer than three axes or hold NaN or infinity.

    Source: Spearman 1904; for saliency maps Adebayo et al. 2018, "Sanity Checks for Saliency Maps", section 3.1.
    """
    ranks = scipy.stats.rankdata(_positions(maps), axis=-1)  # (..., N, h w)
    centred = ranks - ranks.mean(axis=-1, keepdims=True)
    lengths = np.sqrt(np.square(centred).sum(axis=-1, keepdims=True))  # (..., N, 1)
    units = centred / np.where(lengths > 0, lengths, np.nan)
    return np.clip(units @ units.swapaxes(-1, -2), -1, 1)


def top_overlap(maps: np.ndarray, share: float = TOP_SHARE) -> np.ndarray:
    """How much the strongest positions of every two branches' maps coincide: 2 |A and B| / (|A| + |B|).

    A branch's set holds the strongest ``share`` of all positions, with those that tie with the weakest of them, and
    none without positive evidence: two maps that each light up one other corner do not overlap.

    Args:
        maps: (..., N, h, w), any range.
        share: of the positions, above 0 and at most 1; of 7x7 maps the standard takes 10.

    Returns:
        Symmetric matrices (..., N, N) in [0, 1]; NaN as for ``rank_correlation`` and where a map has no positive value.

    Raises:
        ExplanationError: as for ``rank_correlation``, and if share is outside its range.

    Source: Dice 1945, doi:10.2307/1932409.
    """
    if not 0 < share <= 1:
        raise ExplanationError(f"share must be above 0 and at most 1, got {share}")
    values = _positions(maps)
    count = max(1, round(share * values.shape[-1]))
    weakest = np.partition(values, -count, axis=-1)[..., -count, None]
    varies = values.max(axis=-1, keepdims=True) > values.min(axis=-1, keepdims=True)
    chosen = ((values >= weakest) & (values > 0) & varies).astype(float)  # (..., N, h w)
    sizes = chosen.sum(axis=-1, keepdims=True)
    sizes[sizes == 0] = np.nan
    return 2 * chosen @ chosen.swapaxes(-1, -2) / (sizes + sizes.swapaxes(-1, -2))


def compare_branches(maps: np.ndarray, predictions: np.ndarray) -> FaceAgreement:
    """Agreement of the branches on each face.

    Args:
        maps: of every branch (B, N, h, w), by any method; of signed ones only the positive part counts.
        predictions: class indices (B, N).

    Raises:
        ExplanationError: if the two do not fit together, or the maps hold NaN or infinity.
    """
    if maps.ndim != 4 or predictions.shape != maps.shape[:2]:
        raise ExplanationError(
            f"maps must be (B, N, h, w) and predictions (B, N), got {maps.shape} and {predictions.shape}"
        )
    positive = np.maximum(maps, 0)
    same = predictions[:, :, None] == predictions[:, None, :]
    return FaceAgreement(rank_correlation(positive), top_overlap(positive), same)


def mean_agreement(batches: Iterable[FaceAgreement]) -> BranchAgreement:
    """The mean over all faces of all batches, for instance of a test set.

    Raises:
        ExplanationError: if there is no face.
    """
    kept = list(batches)
    if not any(len(batch.same_prediction) for batch in kept):
        raise ExplanationError("batches must hold at least one face, got none")
    same = np.concatenate([batch.same_prediction for batch in kept])  # (B, N, N)
    correlation, num_compared = mean_where_defined(np.concatenate([batch.rank_correlation for batch in kept]))
    overlap, _ = mean_where_defined(np.concatenate([batch.top_overlap for batch in kept]))
    return BranchAgreement(correlation, overlap, num_compared, same.mean(axis=0), len(same))


def mean_where_defined(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean over the first axis without NaN, (...), and of how many it is; NaN where of none."""
    count = np.isfinite(values).sum(axis=0)
    return np.nansum(values, axis=0) / np.where(count > 0, count, np.nan), count


def _positions(maps: np.ndarray) -> np.ndarray:
    """The maps with positions along one axis, (..., N, h w), as float64."""
    if maps.ndim < 3:
        raise ExplanationError(f"maps must be (..., N, h, w), got {maps.shape}")
    if not np.isfinite(maps).all():
        raise ExplanationError("maps must hold finite numbers, got NaN or infinity")
    return maps.reshape(*maps.shape[:-2], -1).astype(np.float64)
