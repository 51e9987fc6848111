"""From stored pictures to what a network is given: the one place where colour becomes grey."""

import numpy as np
import torch
from torch import Tensor

from esr_core.config import MAX_BRANCHING_LEVEL, Architecture
from esr_core.errors import ConfigError, DataError

# ITU-R BT.601 luma in thousandths. Whole numbers keep the sum exact in float32, so a grey picture stored as RGB
# gives bit for bit the images of the same picture stored as grey, on every machine.
GREY_WEIGHTS = (299, 587, 114)


def to_images(pictures: np.ndarray, architecture: Architecture) -> Tensor:
    """Pictures as the input of a network, in the order given.

    Args:
        pictures: uint8 RGB (B, H, W, 3) or grey (B, H, W, 1).
        architecture: ``lab`` sees grey, ``wild`` sees RGB.

    Returns:
        float32 in [0, 1], (B, 1, H, W) for ``lab``, (B, 3, H, W) for ``wild``; a copy.

    Raises:
        ConfigError: if the architecture is neither.
        DataError: if the pictures have another shape or type.
    """
    if pictures.dtype != np.uint8:
        raise DataError(f"pictures must be uint8 (B, H, W, 1 or 3), got {pictures.dtype} {pictures.shape}")
    return as_images(torch.tensor(np.asarray(pictures)), architecture)  # a copy: stored pictures are read-only


def as_images(pictures: Tensor, architecture: Architecture) -> Tensor:
    """What ``to_images`` gives, of pictures (B, H, W, K) that are a tensor already; computed on their device."""
    if architecture not in MAX_BRANCHING_LEVEL:
        raise ConfigError(f"architecture must be one of {', '.join(MAX_BRANCHING_LEVEL)}, got {architecture!r}")
    if pictures.dtype != torch.uint8 or pictures.ndim != 4 or pictures.shape[3] not in (1, 3):
        kind = str(pictures.dtype).removeprefix("torch.")
        raise DataError(f"pictures must be uint8 (B, H, W, 1 or 3), got {kind} {tuple(pictures.shape)}")
    values = pictures.to(torch.float32)
    if architecture == "wild":
        return (values / 255).permute(0, 3, 1, 2).expand(-1, 3, -1, -1)  # (B, 3, H, W)
    if pictures.shape[3] == 1:
        return (values / 255).permute(0, 3, 1, 2)  # (B, 1, H, W)
    weights = torch.tensor(GREY_WEIGHTS, dtype=torch.float32, device=values.device)
    return (values @ weights / (255 * sum(GREY_WEIGHTS))).unsqueeze(1)
