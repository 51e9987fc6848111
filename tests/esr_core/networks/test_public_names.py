"""The names others may rely on."""

from esr_core import networks


def test_public_names():
    names = "ESR Branch borrowed count_parameters for_inference frozen pooled_features rebranched weights_to_store"
    assert set(networks.__all__) == set(names.split())
    assert all(hasattr(networks, name) for name in networks.__all__)
