"""A network drawn to scale: its shared blocks once, then a lane for each branch."""

from html import escape

from app.kit.palette import BLUE, ORANGE
from esr_core.config import NetworkConfig
from esr_core.records import ParameterCount

TALLEST_PX, LANE_PX, GAP_PX = 96, 9, 2
SHARED, BRANCHES = BLUE, ORANGE  # as on page Parameters

STYLE = f"""
.esr-network {{display: flex; gap: 3px; align-items: center}}
.esr-network div {{display: flex; min-width: 0}}
.esr-network .lanes {{flex-direction: column; gap: {GAP_PX}px}}
.esr-network .lane {{gap: 1px}}
.esr-network i {{display: block; min-width: 2px; flex-basis: 0; border-radius: 1px}}
.esr-network .shared i {{background: {SHARED}}}
.esr-network .lanes i {{background: {BRANCHES}}}
"""


def network_drawing(network: NetworkConfig, counts: ParameterCount) -> str:
    """HTML in which lengths are parameters of a block, a branch's last its linear layers; a path fills the cell."""
    blocks, level = network.layout.block_parameters, num_shared(network)
    linear = counts.per_branch - sum(network.layout.block_parameters[network.branching_level :])
    branch = (*blocks[level:], linear)
    height = max(2, min(LANE_PX, TALLEST_PX // network.num_branches - GAP_PX))
    lanes = f'<div class="lane">{_blocks(branch, height)}</div>' * network.num_branches
    shared = f'<div class="lane shared" style="flex: {sum(blocks[:level])} 0 0">{_blocks(blocks[:level], height)}</div>'
    parts = (shared if level else "") + f'<div class="lanes" style="flex: {sum(branch)} 0 0">{lanes}</div>'
    alt = f"{description(network)}, {network.num_branches} branches"
    return f'<div class="esr-network" role="img" aria-label="{escape(alt)}">{parts}</div>'


def num_shared(network: NetworkConfig) -> int:
    """Blocks that several branches share; a single network shares none, wherever it could branch."""
    return network.branching_level if network.num_branches > 1 else 0


def description(network: NetworkConfig) -> str:
    """What is shared, in words."""
    count = network.layout.num_blocks
    return f"{network.branching_level} of {count} blocks shared" if network.num_branches > 1 else f"{count} blocks"


def _blocks(sizes: tuple[int, ...], height: int) -> str:
    return "".join(f'<i style="flex-grow: {size}; height: {height}px"></i>' for size in sizes)
