"""A network drawn: its shared blocks once, then a lane for each branch; small in a cell, or large with words in it."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate

from esr_core.architectures import PICTURE_SIZE_PX, Block
from esr_core.charts.palette import BLACK, BLUE, MUTED, ORANGE, WHITE
from esr_core.config import NetworkConfig
from esr_core.records import ParameterCount

SHARED, BRANCHES = BLUE, ORANGE  # as on page Parameters

STYLE = """
.esr-network {display: block; width: 100%; height: auto}
"""


@dataclass(frozen=True, slots=True)
class Look:
    """How a drawing is laid out, in its own units."""

    width: float  # of all blocks, gaps between them included
    gap: float  # between blocks
    lane: float  # greatest height of a lane
    lane_gap: float
    tallest: float  # of all lanes together
    margin: float  # left and right of the blocks, for words and lines
    to_scale: bool  # lengths are parameters; else all blocks are equally long


SMALL = Look(240, 1.5, 9, 2, 96, 0, to_scale=True)
LARGE = Look(960, 14, 44, 8, 480, 90, to_scale=False)


@dataclass(frozen=True, slots=True)
class Box:
    """A block as it is drawn; of several branches each has its own."""

    block: int  # counted from 1; one more than the network has is a branch's linear layers
    branch: int  # counted from 1; 0 = shared
    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Its height's middle."""
        return self.top + self.height / 2


def small_drawing(network: NetworkConfig, counts: ParameterCount) -> str:
    """HTML in which lengths are parameters of a block, a branch's last its linear layers; a path fills the cell."""
    svg = network_drawing(network, counts, SMALL)
    address = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return f'<img class="esr-network" src="{address}" alt="{escape(alternative(network))}">'


def network_drawing(network: NetworkConfig, counts: ParameterCount, look: Look, chosen: int | None = None) -> str:
    """The drawing as SVG: blue blocks are shared, orange ones a branch's own.

    Args:
        network: to draw.
        counts: its parameters.
        look: SMALL or LARGE; a large one has words, and lines between its blocks.
        chosen: block that is marked, counted from 1.
    """
    boxes = list(_boxes(network, counts, look))
    height = max(box.top + box.height for box in boxes)
    parts = [_block(box, network, chosen) for box in boxes]
    if look.margin:
        parts = [*_lines(boxes, network, look), *parts, *(text for box in boxes for text in _words(box, network))]
    size = f'viewBox="0 0 {look.width + 2 * look.margin:g} {height:g}"'
    style = 'font-family="Arial, Helvetica, sans-serif" font-size="13" text-anchor="middle"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>{"".join(parts)}</svg>'


def num_shared(network: NetworkConfig) -> int:
    """Blocks that several branches share; a single network shares none, wherever it could branch."""
    return network.branching_level if network.num_branches > 1 else 0


def description(network: NetworkConfig) -> str:
    """What is shared, in words."""
    count = network.layout.num_blocks
    return f"{network.branching_level} of {count} blocks shared" if network.num_branches > 1 else f"{count} blocks"


def alternative(network: NetworkConfig) -> str:
    """What a drawing shows, for those who cannot see it."""
    return f"{description(network)}, {network.num_branches} branches"


def block_name(number: int, network: NetworkConfig) -> str:
    """A block's own words, such as "conv 3×3, 64 maps, pool"; behind the last block come a branch's linear layers."""
    return ", ".join(_block_words(number, network))


def _boxes(network: NetworkConfig, counts: ParameterCount, look: Look) -> Iterator[Box]:
    """Shared blocks beside the middle of all lanes, then the blocks of each lane."""
    num_lanes, level = network.num_branches, num_shared(network)
    sizes = _sizes(network, counts, look.width) if look.to_scale else [1.0] * (network.layout.num_blocks + 1)
    unit = (look.width - look.gap * (len(sizes) - 1)) / sum(sizes)
    lefts = [look.margin + edge for edge in accumulate((size * unit + look.gap for size in sizes), initial=0)]
    lane = max(2.0, min(look.lane, look.tallest / num_lanes - look.lane_gap))
    middle = (num_lanes * (lane + look.lane_gap) - look.lane_gap) / 2
    for position, size in enumerate(sizes):
        tops = [middle - lane / 2] if position < level else [n * (lane + look.lane_gap) for n in range(num_lanes)]
        for number, top in enumerate(tops, start=1):
            yield Box(position + 1, 0 if position < level else number, lefts[position], top, size * unit, lane)


def _sizes(network: NetworkConfig, counts: ParameterCount, width: float) -> Sequence[float]:
    """Parameters of each block along one path, a branch's linear layers last; of few as many as one unit stands for."""
    blocks = network.layout.block_parameters
    sizes = [*blocks, counts.per_branch - sum(blocks[network.branching_level :])]
    return [max(size, sum(sizes) / width) for size in sizes]


def _block(box: Box, network: NetworkConfig, chosen: int | None) -> str:
    """A rectangle; ``data-block`` tells which block it is, but of linear layers, which have no maps."""
    place = f'x="{box.left:.2f}" y="{box.top:.2f}" width="{box.width:.2f}" height="{box.height:.2f}"'
    mark = ' stroke="currentColor" stroke-width="3"' if box.block == chosen else ""
    whose = f"branch {box.branch}" if box.branch else "shared"
    number = f' data-block="{box.block}"' if box.block <= network.layout.num_blocks else ""
    title = f"<title>block {box.block}, {whose}: {escape(block_name(box.block, network))}</title>" if number else ""
    return f'<rect {place} rx="2" fill="{BRANCHES if box.branch else SHARED}"{mark}{number}>{title}</rect>'


def _words(box: Box, network: NetworkConfig) -> Iterator[str]:
    """What a block does, on two lines where there is room."""
    words = _block_words(box.block, network)
    second = ", ".join(words[1:]).replace(" maps,", ",")  # "64 maps", but "64, pool"
    lines = [words[0], second] if box.height >= 36 else [", ".join(words[:2])]
    size = 13 if box.height >= 16 else 9
    for number, line in enumerate(lines):
        height = box.middle + 4.5 + 16 * (number - (len(lines) - 1) / 2)
        fill = BLACK if box.branch else WHITE
        style = f'fill="{fill}" font-size="{size}" pointer-events="none"'
        yield f'<text x="{box.left + box.width / 2:.2f}" y="{height:.2f}" {style}>{escape(line)}</text>'


def _block_words(number: int, network: NetworkConfig) -> list[str]:
    blocks: Sequence[Block] = network.layout.blocks
    if number > len(blocks):
        return ["mean, linear", f"{len(network.class_names)} classes", *(["affect"] if network.affect_head else [])]
    block = blocks[number - 1]
    return [f"conv {block.kernel}×{block.kernel}", f"{block.out_channels} maps", *(["pool"] if block.pool else [])]


def _lines(boxes: Sequence[Box], network: NetworkConfig, look: Look) -> Iterator[str]:
    """From the face through the blocks to the vote, with the words at both ends."""
    last = network.layout.num_blocks + 1
    middle = sum(box.middle for box in boxes if box.block == last) / network.num_branches
    end = look.width + 2 * look.margin
    colour = "grey" if network.layout.is_grey else "RGB"
    size = f"{PICTURE_SIZE_PX}×{PICTURE_SIZE_PX}"
    for box in boxes:
        before = [other for other in boxes if other.block == box.block - 1 and other.branch in (0, box.branch)]
        starts = [(other.left + other.width, other.middle) for other in before] or [(look.margin - 18, middle)]
        yield from (_line(left, top, box.left, box.middle) for left, top in starts)
        if box.block == last:
            yield _line(box.left + box.width, box.middle, end - look.margin + 18, middle)
    for x, words in ((look.margin / 2 - 9, [f"{colour} face", size]), (end - look.margin / 2 + 9, _vote(network))):
        for number, line in enumerate(words):
            height = middle + 4.5 + 16 * (number - (len(words) - 1) / 2)
            yield f'<text x="{x:g}" y="{height:.2f}" fill="currentColor">{line}</text>'


def _vote(network: NetworkConfig) -> list[str]:
    return ["vote of", f"{network.num_branches}"] if network.num_branches > 1 else ["class"]


def _line(left: float, top: float, right: float, bottom: float) -> str:
    place = f'x1="{left:.2f}" y1="{top:.2f}" x2="{right:.2f}" y2="{bottom:.2f}"'
    return f'<line {place} stroke="{MUTED}" stroke-width="1.5"/>'
