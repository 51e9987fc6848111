"""From stored pictures to what a network is given: the one place where colour becomes grey."""

import cv2
import numpy as np
import torch
from torch import Tensor

from esr_core.architectures import Architecture, layout_of
from esr_core.errors import DataError

# ITU-R BT.601 luma in thousandths. Whole numbers keep the sum exact in float32, so a grey picture stored as RGB
# gives bit for bit the images of the same picture stored as grey, on every machine.
LUMA = (299, 587, 114)
GREY_WEIGHTS = np.array([LUMA], dtype=np.float32)
GREY_SCALE = 255 * float(sum(LUMA))


def to_images(pictures: np.ndarray, architecture: Architecture) -> Tensor:
    """Pictures as the input of a network, in the order given.

    Args:
        pictures: uint8 RGB (B, H, W, 3) or grey (B, H, W, 1).
        architecture: that sees them; grey or RGB as ``esr_core.architectures`` says.

    Returns:
        float32 in [0, 1], (B, K, H, W), K the architecture's input channels; a copy.

    Raises:
        ConfigError: if there is no such architecture.
        DataError: if the pictures have another shape or type.
    """
    layout = layout_of(architecture)
    _require_pictures(pictures.dtype == np.uint8, str(pictures.dtype), pictures.shape)
    if layout.is_grey and pictures.shape[3] == 3:
        return torch.from_numpy(_luma(pictures)).unsqueeze(1)  # (B, 1, H, W)
    values = torch.from_numpy(np.true_divide(pictures, 255, dtype=np.float32)).permute(0, 3, 1, 2)
    return values.expand(-1, layout.input_channels, -1, -1)


def as_images(pictures: Tensor, architecture: Architecture) -> Tensor:
    """What ``to_images`` gives, of pictures (B, H, W, K) that are on a device already, computed there."""
    layout = layout_of(architecture)
    _require_pictures(pictures.dtype == torch.uint8, str(pictures.dtype), tuple(pictures.shape))
    values = pictures.to(torch.float32)
    if layout.is_grey and pictures.shape[3] == 3:
        red, green, blue = values.unbind(dim=3)  # weights in the code: bringing some to the device would wait for it
        return ((LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue) / GREY_SCALE).unsqueeze(1)  # (B, 1, H, W)
    values = (values / 255).permute(0, 3, 1, 2)
    return values.expand(-1, layout.input_channels, -1, -1)


def _require_pictures(is_uint8: bool, kind: str, shape: tuple[int, ...]) -> None:
    if not is_uint8 or len(shape) != 4 or shape[3] not in (1, 3):
        raise DataError(f"pictures must be uint8 (B, H, W, 1 or 3), got {kind} {shape}")


def _luma(pictures: np.ndarray) -> np.ndarray:
    """Grey of RGB pictures, float32 (B, H, W) in [0, 1].

    One picture's numbers stay in the processor's cache; a whole batch at once takes more than twice as long.
    """
    luma = np.empty(pictures.shape[:3], dtype=np.float32)
    for target, picture in zip(luma, pictures, strict=True):
        target[:] = cv2.transform(picture.astype(np.float32), GREY_WEIGHTS)
    luma /= GREY_SCALE
    return luma
