"""The names others may rely on."""

from esr_core import networks


def test_public_names():
    assert set(networks.__all__) == {"ESR", "Branch", "borrowed", "count_parameters", "for_inference", "frozen"}
    assert all(hasattr(networks, name) for name in networks.__all__)
