"""The catalogue of methods says what its functions do, and offers what they take."""

import inspect
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from esr_core.commands import build_parser
from esr_core.errors import ExplanationError
from esr_core.explanations import METHODS, AttributionSettings, Method, Parameter, attribute

pytestmark = pytest.mark.usefixtures("narrow_networks")

DOCUMENT = Path(__file__).parents[3] / "docs" / "measures.md"
TRIED = {"integrated_gradients": {"steps": 5}, "occlusion": {"window_px": 48}}  # soon


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.key)
def test_a_method_takes_the_parameters_that_it_declares(method):
    _, *taken = inspect.signature(method.function).parameters
    assert taken == [parameter.key for parameter in method.parameters]


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.key)
def test_a_method_has_signs_and_the_size_that_it_says(network, images, method):
    net = network("lab", 3, 2)
    net.set_normalisation((0.45,), (0.25,))  # the images' own mean would not occlude anything
    settings = AttributionSettings(method.key, class_idx=0, parameters=TRIED.get(method.key, {}))
    maps = attribute(net, images(net), settings)
    assert bool((maps < 0).any()) == method.is_signed
    assert (maps.shape[-1] < 96) == (method.key == "grad_cam")
    if method.has_blocks:
        AttributionSettings(method.key, block=2)
    else:
        with pytest.raises(ExplanationError, match=f"block must be None for {method.key}, got 2"):
            AttributionSettings(method.key, block=2)


@pytest.mark.parametrize("method", [method for method in METHODS.values() if method.parameters], ids=lambda m: m.key)
def test_a_parameter_changes_the_map_and_its_standard_value_is_in_range(network, images, method):
    net = network("lab", 3, 1)
    for parameter in method.parameters:
        assert parameter.check(parameter.default) == parameter.default
        assert (parameter.default - parameter.lowest) % parameter.step == 0
        values = ({parameter.key: value} for value in (parameter.default, parameter.highest))
        questions = (AttributionSettings(method.key, class_idx=0, parameters=value) for value in values)
        standard, highest = (attribute(net, images(net, 1), question) for question in questions)
        assert not torch.equal(standard, highest)


def test_a_further_method_says_by_itself_what_it_takes():
    power = Parameter("power", "Power", "", 2, 1, 4, 1, "of the gradient")
    further = replace(METHODS["saliency"], key="further", name="Further", parameters=(power,))
    assert isinstance(further, Method)
    assert further.settled({}) == {"power": 2}
    assert further.settled({"power": 3}) == {"power": 3}
    with pytest.raises(ExplanationError, match="power must be in 1-4, got 5"):
        further.settled({"power": 5})
    with pytest.raises(ExplanationError, match="steps is not a parameter of further, got 5"):
        further.settled({"steps": 5})


def test_what_is_not_standard_stands_in_the_title():
    assert AttributionSettings("occlusion").title == "Occlusion"
    assert AttributionSettings("occlusion", parameters={"window_px": 36}).title == "Occlusion with window 36 px"
    assert AttributionSettings("guided_grad_cam", block=2).title == "Guided Grad-CAM at block 2"


def test_the_command_line_offers_every_method_and_parameter():
    arguments = ["explain", "a.png", "--run", "r", "--out", "o"]
    options = build_parser().parse_args(arguments)
    for method in METHODS.values():
        assert build_parser().parse_args([*arguments, "--method", method.key]).method == method.key
        assert all(getattr(options, parameter.key) is None for parameter in method.parameters)


def test_the_document_has_the_table_of_methods():
    rows = [
        [
            f"{m.name} (`{m.key}`)",
            m.value,
            "yes" if m.is_signed else "no",
            "yes" if m.has_blocks else "no",
            ", ".join(f"`{p.key}` {p.lowest} to {p.highest}, {p.default}" for p in m.parameters),
            m.cost,
            m.source,
        ]
        for m in METHODS.values()
    ]
    expected = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    assert expected in DOCUMENT.read_text(encoding="utf-8")
