"""What a network says of many pictures."""

import numpy as np
import torch

from esr_core.data.network_input import to_images
from esr_core.networks import ESR

AT_ONCE = 64


def logits_of(network: ESR, pictures: np.ndarray) -> np.ndarray:
    """Logits (B, N, C) of pictures, uint8 (B, 96, 96, 3)."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(pictures), AT_ONCE):
            chunk = np.asarray(pictures[start : start + AT_ONCE])
            found.append(network(to_images(chunk, network.config.architecture)).numpy())
    return np.concatenate(found)
