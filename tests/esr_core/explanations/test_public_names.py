"""The names others may rely on."""

from esr_core import explanations


def test_public_names():
    assert set(explanations.__all__) == {
        "COLOUR_MAPS",
        "METHODS",
        "QUANTITIES",
        "SIGNED_COLOURS",
        "AttributionSettings",
        "BranchAgreement",
        "Caption",
        "Curves",
        "Edits",
        "Explanation",
        "FaceAgreement",
        "FaceMaps",
        "Faithfulness",
        "FaithfulnessSettings",
        "Randomisation",
        "SheetRow",
        "SheetStyle",
        "attribute",
        "box_mask",
        "cascade",
        "centre_map",
        "colour_scale",
        "compare_branches",
        "drawn",
        "edited",
        "encode_png",
        "explain",
        "explanation_sheet",
        "face_maps",
        "faithfulness",
        "grad_cam",
        "has_evidence",
        "layer_names",
        "mean_agreement",
        "overlay",
        "part_shares",
        "region_shares",
        "randomisation_check",
        "rank_correlation",
        "top_overlap",
    }
    assert all(hasattr(explanations, name) for name in explanations.__all__)
