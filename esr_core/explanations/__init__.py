"""Explanations: where in a face each branch finds its emotion."""

from esr_core.explanations.grad_cam import Explanation, explain, grad_cam, has_evidence
from esr_core.explanations.overlay import COLOUR_MAPS, encode_png, overlay

__all__ = [
    "COLOUR_MAPS",
    "Explanation",
    "encode_png",
    "explain",
    "grad_cam",
    "has_evidence",
    "overlay",
]
