"""The names others may rely on."""

from esr_core import explanations


def test_public_names():
    assert set(explanations.__all__) == {
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
    }
    assert all(hasattr(explanations, name) for name in explanations.__all__)
