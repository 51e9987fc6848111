"""What networks cost, counted."""

from esr_core.architectures import Architecture
from esr_core.config import NetworkConfig
from esr_core.networks.cost import multiply_adds as of_blocks


def multiply_adds(network: NetworkConfig) -> int:
    """Multiply-adds of the convolutions of all branches for one face."""
    blocks, level = of_blocks(network.architecture), network.branching_level
    return sum(blocks[:level]) + network.num_branches * sum(blocks[level:])


def block_multiply_adds(architecture: Architecture) -> tuple[int, ...]:
    """Multiply-adds of each convolution block for one face, in order."""
    return of_blocks(architecture)
