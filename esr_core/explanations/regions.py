"""How much of a saliency map lies in each part of the face."""

from collections.abc import Sequence

import numpy as np

from esr_core.emotions import ACTION_UNIT_REGIONS, FACE_PARTS, FACE_REGIONS, FACS_PROTOTYPES
from esr_core.errors import ExplanationError
from esr_core.explanations.overlay import smoothed

_REGION_OF_PART = np.array([FACE_REGIONS.index(region) for region in FACE_PARTS.values()])


def part_shares(maps: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Share of each map in every part of the face, the map enlarged to the picture's pixels as an overlay shows it.

    Args:
        maps: raw maps (..., h, w), any range; what is negative counts as 0.
        parts: the part that each pixel shows, positions in ``FACE_PARTS`` (S, S), for instance ``template_parts()``.

    Returns:
        (..., 11) in the order of ``FACE_PARTS``, each row in [0, 1] and summing to 1; NaN for a map without positive
        evidence, which is nowhere.

    Raises:
        ExplanationError: if maps or parts are not as described or a map holds NaN or infinity.
    """
    _require(maps, parts)
    flat = maps.reshape(-1, *maps.shape[-2:])
    smooth = (
        np.stack([smoothed(np.maximum(each, 0), len(parts)) for each in flat])
        if len(flat)
        else np.empty((0, *parts.shape))
    )
    sums = np.stack([smooth[:, parts == part].sum(axis=1, dtype=np.float64) for part in range(len(FACE_PARTS))], axis=1)
    totals = sums.sum(axis=1, keepdims=True)
    shares = np.divide(sums, totals, out=np.full_like(sums, np.nan), where=totals > 0)
    return shares.reshape(*maps.shape[:-2], len(FACE_PARTS))


def region_shares(maps: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """As ``part_shares``, left and right taken together: (..., 8) in the order of ``FACE_REGIONS``."""
    shares = part_shares(maps, parts)
    return np.stack(
        [shares[..., region == _REGION_OF_PART].sum(axis=-1) for region in range(len(FACE_REGIONS))], axis=-1
    )


def region_mask(parts: np.ndarray, regions: Sequence[str]) -> np.ndarray:
    """Which pixels show one of these regions.

    Args:
        parts: positions in ``FACE_PARTS`` (S, S).
        regions: of ``FACE_REGIONS``.

    Returns:
        bool (S, S).

    Raises:
        ExplanationError: if a region is none.
    """
    if unknown := [region for region in regions if region not in FACE_REGIONS]:
        raise ExplanationError(f"regions must be of {', '.join(FACE_REGIONS)}, got {unknown[0]!r}")
    return np.isin(_REGION_OF_PART[parts], [FACE_REGIONS.index(region) for region in regions])


def expected_regions(emotion: str) -> list[str]:
    """Regions in which an emotion's action units show, in the order of ``FACE_REGIONS``; none of what has no units."""
    shown = {region for unit in FACS_PROTOTYPES.get(emotion, ()) for region in ACTION_UNIT_REGIONS[unit]}
    return [region for region in FACE_REGIONS if region in shown]


def expected_share(shares: np.ndarray, emotion: str) -> float:
    """How much of a map lies where its emotion shows.

    Args:
        shares: of the map in each region (8,), as ``region_shares`` gives them.
        emotion: that the map is evidence for.

    Returns:
        Share in [0, 1]; NaN for a map without positive evidence, and of what has no action units.
    """
    listed = [FACE_REGIONS.index(region) for region in expected_regions(emotion)]
    return float(shares[listed].sum()) if listed else float("nan")


def _require(maps: np.ndarray, parts: np.ndarray) -> None:
    if maps.ndim < 2 or not maps.shape[-1] or not maps.shape[-2]:
        raise ExplanationError(f"maps must be (..., h, w), got {maps.shape}")
    if not np.isfinite(maps).all():
        raise ExplanationError(f"maps must hold finite numbers, got {maps[~np.isfinite(maps)][0]}")
    if parts.ndim != 2 or parts.shape[0] != parts.shape[1] or not np.issubdtype(parts.dtype, np.integer):
        raise ExplanationError(f"parts must be whole numbers (S, S), got {parts.dtype} {parts.shape}")
    if parts.size and not 0 <= parts.min() <= parts.max() < len(FACE_PARTS):
        raise ExplanationError(f"parts must be in 0-{len(FACE_PARTS) - 1}, got {parts.min()} to {parts.max()}")
