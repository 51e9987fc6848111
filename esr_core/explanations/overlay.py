"""A saliency map laid over the face it belongs to."""

from types import MappingProxyType

import cv2
import numpy as np

from esr_core.errors import ExplanationError

COLOUR_MAPS = MappingProxyType(
    {
        "cividis": cv2.COLORMAP_CIVIDIS,
        "viridis": cv2.COLORMAP_VIRIDIS,
        "jet": cv2.COLORMAP_JET,
    }
)
"""Colour maps by name: two perceptually uniform ones, and the paper's jet (Figure 5)."""


def overlay(
    picture: np.ndarray,
    saliency: np.ndarray,
    colour_map: str = "cividis",
    opacity: float = 0.5,
    size_px: int = 192,
    scale: float | None = None,
) -> np.ndarray:
    """The picture, enlarged, under its saliency map in colours.

    Args:
        picture: face as the network sees it, uint8 RGB (H, W, 3).
        saliency: raw map (h, w), any range; what is negative counts as 0.
        colour_map: a name in ``COLOUR_MAPS``.
        opacity: of the colours, in [0, 1].
        size_px: height and width of the result.
        scale: saliency that gets the last colour; None takes this map's own maximum. Give several maps the same scale
            to compare their strength.

    Returns:
        uint8 RGB (size_px, size_px, 3). A map without positive evidence leaves the face as it is.

    Raises:
        ExplanationError: if an argument is not as described or the saliency holds NaN or infinity.
    """
    _require_arrays(picture, saliency)
    _require_style(colour_map, opacity, size_px, scale)
    face = enlarged(picture, size_px)
    strength = np.maximum(saliency, 0).astype(np.float32)
    if not strength.any():
        return face
    smooth = np.clip(enlarged(strength, size_px), 0, strength.max())  # the spline's overshoot is no evidence
    colours = paint(smooth / (scale or strength.max()), colour_map)
    return cv2.addWeighted(colours, opacity, face, 1 - opacity, 0)


def enlarged(image: np.ndarray, size_px: int) -> np.ndarray:
    """The image, (h, w) or (h, w, 3), at size_px x size_px by bicubic interpolation."""
    return cv2.resize(image, (size_px, size_px), interpolation=cv2.INTER_CUBIC)


def paint(values: np.ndarray, colour_map: str = "cividis") -> np.ndarray:
    """Colours, uint8 RGB (H, W, 3), of values (H, W); 0 and less get the first colour, 1 and more the last."""
    levels = np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)
    return cv2.cvtColor(cv2.applyColorMap(levels, COLOUR_MAPS[colour_map]), cv2.COLOR_BGR2RGB)


def encode_png(image: np.ndarray) -> bytes:
    """PNG file of an image, uint8 RGB (H, W, 3)."""
    return cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes()


def _require_arrays(picture: np.ndarray, saliency: np.ndarray) -> None:
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise ExplanationError(f"picture must be uint8 (H, W, 3), got {picture.dtype} {picture.shape}")
    if saliency.ndim != 2:
        raise ExplanationError(f"saliency must be (h, w), got {saliency.shape}")
    odd = saliency[~np.isfinite(saliency)]
    if odd.size:
        raise ExplanationError(f"saliency must hold finite numbers, got {odd[0]}")


def _require_style(colour_map: str, opacity: float, size_px: int, scale: float | None) -> None:
    if colour_map not in COLOUR_MAPS:
        raise ExplanationError(f"colour_map must be one of {', '.join(COLOUR_MAPS)}, got {colour_map!r}")
    if not 0 <= opacity <= 1:
        raise ExplanationError(f"opacity must be in 0-1, got {opacity}")
    if size_px < 1:
        raise ExplanationError(f"size_px must be at least 1, got {size_px}")
    if scale is not None and not scale > 0:
        raise ExplanationError(f"scale must be above 0 or None, got {scale}")
