"""Parameter counts against the paper's Table 1 and the published ESR-9."""

import pytest

from esr_core.config import NetworkConfig
from esr_core.networks import ESR, count_parameters, parameters_of
from esr_core.records import ParameterCount


@pytest.mark.parametrize(
    ("branching_level", "num_branches", "total"),
    [
        pytest.param(0, 1, 131_208, id="single network"),
        pytest.param(5, 1, 131_208, id="single network, however it is cut"),
        pytest.param(0, 4, 524_832, id="TE-4"),
        pytest.param(1, 4, 522_144, id="ESR-4 level 1"),
        pytest.param(2, 4, 466_272, id="ESR-4 level 2"),
        pytest.param(3, 4, 355_104, id="ESR-4 level 3"),
        pytest.param(4, 4, 243_936, id="ESR-4 level 4"),
        pytest.param(5, 4, 132_768, id="ESR-4 level 5"),
    ],
)
def test_lab_networks_have_the_papers_number_of_parameters(branching_level, num_branches, total):
    assert count_parameters(ESR("lab", branching_level, num_branches)).total == total


def test_esr_9_with_affect_head_has_the_published_number_of_parameters():
    net = ESR("wild", branching_level=4, num_branches=9, affect_head=True)
    assert count_parameters(net) == ParameterCount(shared=374_784, per_branch=2_219_418, total=20_349_546)


@pytest.mark.parametrize(("architecture", "branching_level"), [("lab", 0), ("lab", 3), ("wild", 8)])
def test_every_trainable_parameter_is_counted_once(architecture, branching_level):
    net = ESR(architecture, branching_level, num_branches=3)
    assert count_parameters(net).total == sum(parameter.numel() for parameter in net.parameters())


def test_the_stored_normalisation_is_no_parameter():
    net = ESR("lab", branching_level=0, num_branches=2)
    assert count_parameters(net).shared == 0
    assert "shared.0.mean" in net.state_dict()


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"branching_level": 0, "num_branches": 4}, id="TE-4"),
        pytest.param({"branching_level": 3, "num_branches": 0}, id="shared layers alone"),
        pytest.param({"branching_level": 5, "num_branches": 2, "class_names": ("sad", "happy")}, id="two classes"),
        pytest.param(
            {"architecture": "wild", "branching_level": 4, "num_branches": 2, "affect_head": True}, id="wild, affect"
        ),
    ],
)
def test_parameters_of_settings_are_those_of_the_network_made_from_them(settings):
    config = NetworkConfig(**settings)
    assert parameters_of(config) == count_parameters(ESR.from_config(config))
