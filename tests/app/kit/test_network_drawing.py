"""A network drawn from its configuration."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from app.kit.network_drawing import LARGE, SMALL, block_name, network_drawing, small_drawing
from esr_core.architectures import ARCHITECTURES
from esr_core.config import NetworkConfig
from esr_core.networks import ESR, count_parameters

NETWORK = NetworkConfig(branching_level=3, num_branches=4)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(network: NetworkConfig, look=LARGE, chosen: int | None = None) -> ElementTree.Element:
    counts = count_parameters(ESR.from_config(network))
    return ElementTree.fromstring(network_drawing(network, counts, look, chosen))  # noqa: S314 - our own text


def rectangles(drawing: ElementTree.Element) -> list[dict[str, float]]:
    return [
        {name: float(box.get(name)) for name in ("x", "y", "width", "height")} for box in drawing.iter(f"{SVG}rect")
    ]


def test_small_ones_are_to_scale_in_parameters():
    boxes = rectangles(drawn(NETWORK, SMALL))
    sizes = ARCHITECTURES["lab"].block_parameters
    shared, own = boxes[1:3], boxes[3]  # the first block has so few parameters that it is drawn longer
    assert [box["width"] / own["width"] for box in shared] == pytest.approx(
        [size / sizes[3] for size in sizes[1:3]], abs=0.01
    )


@pytest.mark.parametrize("look", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    ("architecture", "level", "branches"), [("lab", 0, 4), ("lab", 5, 2), ("wild", 4, 9), ("lab", 3, 1), ("lab", 3, 32)]
)
def test_shared_blocks_are_drawn_once_and_no_two_overlap(architecture, level, branches, look):
    network = NetworkConfig(architecture=architecture, branching_level=level, num_branches=branches)
    drawing, boxes = drawn(network, look), rectangles(drawn(network, look))
    shared = level if branches > 1 else 0
    count = ARCHITECTURES[architecture].num_blocks
    assert len(boxes) == shared + (count + 1 - shared) * branches
    numbers = [int(box.get("data-block")) for box in drawing.iter(f"{SVG}rect") if box.get("data-block")]
    assert sorted(set(numbers)) == list(range(1, count + 1))
    for left in {box["x"] for box in boxes}:
        tops = sorted((box["y"], box["y"] + box["height"]) for box in boxes if box["x"] == left)
        assert all(bottom <= top for (_, bottom), (top, _) in pairwise(tops))
    width, height = map(float, drawing.get("viewBox").split()[2:])
    assert max(box["x"] + box["width"] for box in boxes) <= width + 0.01
    assert max(box["y"] + box["height"] for box in boxes) <= height + 0.01


def test_a_large_one_says_what_each_block_does_and_marks_the_chosen_one():
    drawing = drawn(NETWORK, chosen=4)
    texts = [text.text for text in drawing.iter(f"{SVG}text")]
    assert texts.count("conv 3×3") == 3 - 1 + 2 * 4  # two of three shared blocks, and two in each branch
    assert {"grey face", "vote of", "8 classes"} <= set(texts)
    marked = [box.get("data-block") for box in drawing.iter(f"{SVG}rect") if box.get("stroke")]
    assert marked == ["4"] * 4
    assert block_name(2, NETWORK) == "conv 3×3, 64 maps, pool"


def test_in_a_cell_it_is_a_picture_with_words_for_those_who_cannot_see_it():
    html = small_drawing(NETWORK, count_parameters(ESR.from_config(NETWORK)))
    assert re.search(r'alt="3 of 5 blocks shared, 4 branches"', html)
