"""Explanations: where in a face each branch finds its emotion."""

from esr_core.explanations.atlas import (
    SIMILARITIES,
    Atlas,
    AtlasMeans,
    AtlasQuestion,
    atlas_means,
    face_atlas,
    similarity_difference,
)
from esr_core.explanations.attribution import attribute
from esr_core.explanations.edits import Edits, box_mask, edited
from esr_core.explanations.explained_face import ExplainedFace
from esr_core.explanations.face_maps import Caption, FaceMaps, face_maps
from esr_core.explanations.faithfulness import Curves, Faithfulness, FaithfulnessSettings, centre_map, faithfulness
from esr_core.explanations.grad_cam import Explanation, explain, grad_cam
from esr_core.explanations.methods import METHODS, Method, Parameter
from esr_core.explanations.overlay import COLOUR_MAPS, SIGNED_COLOURS, encode_jpeg, encode_png, overlay
from esr_core.explanations.randomisation import Randomisation, cascade, layer_names, randomisation_check
from esr_core.explanations.reading import QUANTITIES
from esr_core.explanations.regions import expected_regions, expected_share, part_shares, region_mask, region_shares
from esr_core.explanations.settings import AttributionSettings
from esr_core.explanations.sheet import SheetRow, SheetStyle, colour_scale, drawn, drawn_grid, explanation_sheet
from esr_core.explanations.similarity import (
    BranchAgreement,
    FaceAgreement,
    compare_branches,
    mean_agreement,
    rank_correlation,
    top_overlap,
)
from esr_core.explanations.verdicts import REMARKS, VERDICTS, Areas, MapTrust, Verdict, map_trust, verdict

__all__ = [
    "COLOUR_MAPS",
    "METHODS",
    "QUANTITIES",
    "REMARKS",
    "SIGNED_COLOURS",
    "SIMILARITIES",
    "VERDICTS",
    "Areas",
    "Atlas",
    "AtlasMeans",
    "AtlasQuestion",
    "AttributionSettings",
    "BranchAgreement",
    "Caption",
    "Curves",
    "Edits",
    "ExplainedFace",
    "Explanation",
    "FaceAgreement",
    "FaceMaps",
    "Faithfulness",
    "FaithfulnessSettings",
    "MapTrust",
    "Method",
    "Parameter",
    "Randomisation",
    "SheetRow",
    "SheetStyle",
    "Verdict",
    "atlas_means",
    "attribute",
    "box_mask",
    "cascade",
    "centre_map",
    "colour_scale",
    "compare_branches",
    "drawn",
    "drawn_grid",
    "edited",
    "encode_jpeg",
    "encode_png",
    "expected_regions",
    "expected_share",
    "explain",
    "explanation_sheet",
    "face_atlas",
    "face_maps",
    "faithfulness",
    "grad_cam",
    "layer_names",
    "map_trust",
    "mean_agreement",
    "overlay",
    "part_shares",
    "randomisation_check",
    "rank_correlation",
    "region_mask",
    "region_shares",
    "similarity_difference",
    "top_overlap",
    "verdict",
]
