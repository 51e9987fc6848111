"""The names others may rely on."""

from esr_core import explanations


def test_public_names():
    assert set(explanations.__all__) == {
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
    }
    assert all(hasattr(explanations, name) for name in explanations.__all__)
