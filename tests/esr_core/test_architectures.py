"""The table of architectures says what the paper's Figure 3 does, and everything else reads it."""

import re
from pathlib import Path
from typing import get_args

import pytest
import torch

from esr_core.architectures import ARCHITECTURES, Architecture, Layout, check_branching_level, layout_of
from esr_core.commands import build_parser
from esr_core.errors import ConfigError
from esr_core.networks import ESR

DOCUMENT = Path(__file__).parents[2] / "docs" / "architecture.md"


def in_words(layout: Layout) -> str:
    """An architecture as docs/architecture.md writes it."""
    channels = [layout.input_channels, *(block.out_channels for block in layout.blocks)]
    blocks = [
        f"conv({before},{block.out_channels},{block.kernel}{', padding 1' if block.padding else ''})"
        + (" pool" if block.pool else "")
        for before, block in zip(channels, layout.blocks, strict=False)
    ]
    return " | ".join([*blocks, f"global average pool, linear({layout.num_features},8)"])


def test_the_type_names_what_the_table_has():
    assert get_args(Architecture) == tuple(ARCHITECTURES)


@pytest.mark.parametrize(("name", "channels", "blocks", "features"), [("lab", 1, 5, 64), ("wild", 3, 8, 512)])
def test_each_architecture_is_that_of_figure_3(name, channels, blocks, features):
    layout = ARCHITECTURES[name]
    assert layout.image_shape == (channels, 96, 96)
    assert (layout.num_blocks, layout.num_features, layout.is_grey) == (blocks, features, channels == 1)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_parameters_of_blocks_are_those_of_the_layers(name):
    shared = ESR(name, branching_level=ARCHITECTURES[name].num_blocks, num_branches=1).shared
    counted = [sum(values.numel() for values in block.parameters()) for block in shared]
    assert tuple(filter(None, counted)) == ARCHITECTURES[name].block_parameters


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_network_of_every_architecture_takes_and_gives_what_its_layout_says(name):
    network = ESR(name, branching_level=2, num_branches=2).eval()
    (first, second) = network.feature_maps(torch.rand(1, *ARCHITECTURES[name].image_shape))
    assert first.shape[1] == second.shape[1] == ARCHITECTURES[name].num_features


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_architecture_document_shows_every_layer(name):
    text = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    assert f"{name.capitalize()} network: {in_words(ARCHITECTURES[name])}" in text


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_command_line_describes_every_architecture(name, capsys):
    with pytest.raises(SystemExit):
        build_parser().parse_args(["train", "--help"])
    assert f"{name}: {ARCHITECTURES[name].summary}" in re.sub(r"\s+", " ", capsys.readouterr().out)


@pytest.mark.parametrize(("architecture", "highest"), [("lab", 5), ("wild", 8)])
def test_levels_end_where_the_convolutions_do(architecture, highest):
    for level in range(highest + 1):
        check_branching_level(architecture, level)
    with pytest.raises(ConfigError, match=f"branching_level must be 0-{highest} for the {architecture} network"):
        check_branching_level(architecture, highest + 1)


def test_an_unknown_architecture_is_refused_before_its_level():
    with pytest.raises(ConfigError, match=f"architecture must be one of {', '.join(ARCHITECTURES)}, got 'tame'"):
        check_branching_level("tame", 0)
    with pytest.raises(ConfigError, match=f"architecture must be one of {', '.join(ARCHITECTURES)}, got 'tame'"):
        layout_of("tame")
