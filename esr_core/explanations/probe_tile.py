"""What one branch made of a probe face at a moment of training, as a captioned picture."""

from collections.abc import Sequence

import numpy as np

from esr_core.explanations.overlay import overlay
from esr_core.explanations.tiles import Tile
from esr_core.metrics import probabilities

TILE_PX = 144
EMPTY = "no positive evidence"
GREY = np.full((96, 96, 3), 128, dtype=np.uint8)  # what lies under a map whose face is absent


def probe_tile(
    picture: np.ndarray | None,
    logits: np.ndarray,
    evidence: np.ndarray,
    class_names: Sequence[str],
    name: str,
    colour_map: str = "cividis",
) -> Tile:
    """The Grad-CAM map of the class that the branch names, over the face, on its own scale.

    Args:
        picture: uint8 RGB (96, 96, 3); None where it is absent.
        logits: of the branch (C,).
        evidence: signed (C, h, w).
        class_names: of the logits.
        name: of the moment.
        colour_map: of COLOUR_MAPS.
    """
    shares = probabilities(logits)
    class_idx = int(shares.argmax())
    saliency = np.maximum(evidence[class_idx], 0)
    under, opacity = (GREY, 1.0) if picture is None else (picture, 0.5)
    lines = [f"{class_names[class_idx]} {shares[class_idx]:.2f}", *([] if saliency.any() else [EMPTY])]
    return Tile(overlay(under, saliency, colour_map, opacity, TILE_PX), name, tuple(lines))
