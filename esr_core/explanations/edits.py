"""What if the face were darker, blurred, turned, or a part of it hidden? Edits of a picture, each a pure function."""

from dataclasses import dataclass

import cv2
import numpy as np

from esr_core.data.prepared import PICTURE_SHAPE
from esr_core.errors import ExplanationError
from esr_core.records import FaceBox


@dataclass(frozen=True, slots=True)
class Edits:
    """Settings that change nothing unless they are set."""

    blur_px: float = 0.0  # standard deviation of the Gaussian, at least 0
    brightness: float = 1.0  # factor, at least 0; 0.5 halves the light
    flip: bool = False  # left and right change places
    rotation_deg: float = 0.0  # counter-clockwise, about the centre

    def __post_init__(self) -> None:
        for name in ("blur_px", "brightness"):
            if not 0 <= getattr(self, name) < np.inf:
                raise ExplanationError(f"{name} must be at least 0, got {getattr(self, name)}")
        if not np.isfinite(self.rotation_deg):
            raise ExplanationError(f"rotation_deg must be a finite number, got {self.rotation_deg}")


def edited(picture: np.ndarray, edits: Edits, hidden: np.ndarray | None = None) -> np.ndarray:
    """A picture blurred, darkened, greyed out, flipped and turned, in this order.

    Hidden pixels are named where the picture shows them before it is flipped or turned, and keep a sharp edge.

    Args:
        picture: uint8 RGB (96, 96, 3).
        edits: what to do; the standard ones alter no bit.
        hidden: pixels to grey out, bool (96, 96), for instance of ``box_mask``; None hides nothing.

    Returns:
        uint8 RGB (96, 96, 3), a copy.

    Raises:
        ExplanationError: if picture or hidden has another shape or type.
    """
    _require(picture, hidden)
    result = picture.copy()
    if edits.blur_px:
        result = blurred(result, edits.blur_px)
    if edits.brightness != 1:
        result = relit(result, edits.brightness)
    if hidden is not None and hidden.any():
        result = greyed_out(result, hidden)
    if edits.flip:
        result = np.ascontiguousarray(result[:, ::-1])
    return rotated(result, edits.rotation_deg) if edits.rotation_deg % 360 else result


def blurred(picture: np.ndarray, sigma_px: float) -> np.ndarray:
    """The picture under a Gaussian of a standard deviation above 0; its border is mirrored."""
    return cv2.GaussianBlur(picture, (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT)


def relit(picture: np.ndarray, factor: float) -> np.ndarray:
    """Every value times a factor, rounded, at most 255."""
    return np.clip(np.rint(picture * np.float64(factor)), 0, 255).astype(np.uint8)


def greyed_out(picture: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """The picture with hidden pixels, bool (H, W), at its mean brightness, without colour."""
    return np.where(hidden[:, :, None], np.uint8(np.rint(picture.mean())), picture)


def rotated(picture: np.ndarray, angle_deg: float) -> np.ndarray:
    """The picture turned counter-clockwise about its centre, by linear interpolation; its border is repeated."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle_deg, scale=1)
    return cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def box_mask(box: FaceBox) -> np.ndarray:
    """Pixels inside a box, bool (96, 96); what lies outside the picture is left out."""
    mask = np.zeros(PICTURE_SHAPE[:2], bool)
    mask[max(box.y, 0) : max(box.y + box.height, 0), max(box.x, 0) : max(box.x + box.width, 0)] = True
    return mask


def _require(picture: np.ndarray, hidden: np.ndarray | None) -> None:
    if picture.dtype != np.uint8 or picture.shape != PICTURE_SHAPE:
        raise ExplanationError(f"picture must be uint8 {PICTURE_SHAPE}, got {picture.dtype} {picture.shape}")
    if hidden is not None and (hidden.dtype != np.bool_ or hidden.shape != PICTURE_SHAPE[:2]):
        raise ExplanationError(f"hidden must be bool {PICTURE_SHAPE[:2]}, got {hidden.dtype} {hidden.shape}")
