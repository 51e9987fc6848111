"""A saliency map laid over the face it belongs to."""

from types import MappingProxyType

import cv2
import numpy as np

from esr_core.errors import ExplanationError

# ColorBrewer's RdBu of eleven classes, from blue to red: safe for colour-blind eyes.
BLUE_TO_RED = "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f"


def _between(stops: str) -> np.ndarray:
    """256 colours from one hexadecimal RGB stop to the next, uint8 RGB (256, 3)."""
    ends = np.array([[*bytes.fromhex(stop)] for stop in stops.split()])  # (S, 3)
    places = np.linspace(0, len(ends) - 1, 256)
    return np.rint([np.interp(places, range(len(ends)), channel) for channel in ends.T]).T.astype(np.uint8)


def _of_opencv(number: int) -> np.ndarray:
    """256 colours, uint8 RGB (256, 3)."""
    colours = cv2.applyColorMap(np.arange(256, dtype=np.uint8), number)
    return cv2.cvtColor(colours, cv2.COLOR_BGR2RGB)[:, 0]


JPEG_QUALITY = 90
SIGNED_COLOURS = "blue-red"
COLOUR_MAPS = MappingProxyType(
    {
        "cividis": _of_opencv(cv2.COLORMAP_CIVIDIS),
        "viridis": _of_opencv(cv2.COLORMAP_VIRIDIS),
        "jet": _of_opencv(cv2.COLORMAP_JET),
        SIGNED_COLOURS: _between(BLUE_TO_RED),
    }
)
"""Colour maps by name: two perceptually uniform ones, the paper's jet (Figure 5), and one for signed evidence.

Each is 256 colours, uint8 RGB (256, 3).
"""


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
        saliency: raw map (h, w), any range; what is negative counts as 0, unless the colours show signs.
        colour_map: a name in ``COLOUR_MAPS``; blue-red shows evidence for in red, against in blue, none in white.
        opacity: of the colours, in [0, 1].
        size_px: height and width of the result.
        scale: saliency that gets the last colour; None takes this map's own greatest size. Give several maps the
            same scale to compare their strength.

    Returns:
        uint8 RGB (size_px, size_px, 3). A map with nothing to show leaves the face as it is.

    Raises:
        ExplanationError: if an argument is not as described or the saliency holds NaN or infinity.
    """
    _require_arrays(picture, saliency)
    _require_style(colour_map, opacity, size_px, scale)
    face = enlarged(picture, size_px)
    signed = colour_map == SIGNED_COLOURS
    strength = np.asarray(saliency if signed else np.maximum(saliency, 0), dtype=np.float32)
    if not strength.any():
        return face
    shares = smoothed(strength, size_px) / (scale or np.abs(strength).max())  # in [0, 1], signed in [-1, 1]
    colours = paint((shares + 1) / 2 if signed else shares, colour_map)
    return cv2.addWeighted(colours, opacity, face, 1 - opacity, 0)


def smoothed(saliency: np.ndarray, size_px: int) -> np.ndarray:
    """A map (h, w) at size_px x size_px, float32, as it is laid over a face: nowhere beyond its own values."""
    strength = saliency.astype(np.float32)
    return np.clip(enlarged(strength, size_px), strength.min(), strength.max())  # a spline's overshoot is no evidence


def enlarged(image: np.ndarray, size_px: int) -> np.ndarray:
    """The image, (h, w) or (h, w, 3), at size_px x size_px by bicubic interpolation."""
    return cv2.resize(image, (size_px, size_px), interpolation=cv2.INTER_CUBIC)


def as_cells(saliency: np.ndarray, size_px: int) -> np.ndarray:
    """A map (h, w) at size_px x size_px in which every value keeps a cell of its own: the grid the network computed."""
    return cv2.resize(saliency.astype(np.float32), (size_px, size_px), interpolation=cv2.INTER_NEAREST_EXACT)


def paint(values: np.ndarray, colour_map: str = "cividis") -> np.ndarray:
    """Colours, uint8 RGB (H, W, 3), of values (H, W); 0 and less get the first colour, 1 and more the last."""
    levels = np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)
    return COLOUR_MAPS[colour_map][levels]


def encode_png(image: np.ndarray) -> bytes:
    """PNG file of an image, uint8 RGB (H, W, 3)."""
    return cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1].tobytes()


def encode_jpeg(image: np.ndarray) -> bytes:
    """JPEG file of an image, uint8 RGB (H, W, 3), its colours as fine as its light: to look at, not to measure in."""
    settings = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    settings += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    return cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), settings)[1].tobytes()


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
