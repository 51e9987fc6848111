"""Explanations: where in a face each branch finds its emotion."""

from esr_core.explanations.attribution import attribute
from esr_core.explanations.face_maps import Caption, FaceMaps, face_maps
from esr_core.explanations.grad_cam import Explanation, explain, grad_cam, has_evidence
from esr_core.explanations.overlay import COLOUR_MAPS, SIGNED_COLOURS, encode_png, overlay
from esr_core.explanations.regions import part_shares, region_shares
from esr_core.explanations.settings import METHODS, QUANTITIES, AttributionSettings
from esr_core.explanations.sheet import SheetRow, SheetStyle, colour_scale, drawn, explanation_sheet

__all__ = [
    "COLOUR_MAPS",
    "METHODS",
    "QUANTITIES",
    "SIGNED_COLOURS",
    "AttributionSettings",
    "Caption",
    "Explanation",
    "FaceMaps",
    "SheetRow",
    "SheetStyle",
    "attribute",
    "colour_scale",
    "drawn",
    "encode_png",
    "explain",
    "explanation_sheet",
    "face_maps",
    "grad_cam",
    "has_evidence",
    "overlay",
    "part_shares",
    "region_shares",
]
