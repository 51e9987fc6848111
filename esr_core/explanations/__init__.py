"""Explanations: where in a face each branch finds its emotion."""

from esr_core.explanations.grad_cam import Explanation, explain, grad_cam, has_evidence
from esr_core.explanations.overlay import COLOUR_MAPS, encode_png, overlay
from esr_core.explanations.sheet import SheetRow, SheetStyle, explanation_sheet

__all__ = [
    "COLOUR_MAPS",
    "Explanation",
    "SheetRow",
    "SheetStyle",
    "encode_png",
    "explain",
    "explanation_sheet",
    "grad_cam",
    "has_evidence",
    "overlay",
]
