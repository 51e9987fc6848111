"""What a network costs: its arithmetic and its memory, counted from the tables of the two architectures."""

from dataclasses import dataclass

from esr_core.architectures import ARCHITECTURES, PICTURE_SIZE_PX, Architecture
from esr_core.config import NetworkConfig


def multiply_adds(architecture: Architecture) -> tuple[int, ...]:
    """Multiply-adds of every convolution block's forward pass over one picture, in order.

    Batch norm, ReLU, pooling and the linear layer are left out: together they are under one percent.
    """
    layout = ARCHITECTURES[architecture]
    size, channels, counts = PICTURE_SIZE_PX, layout.input_channels, []
    for block in layout.blocks:
        size = size + 2 * block.padding - block.kernel + 1
        counts.append(size**2 * block.out_channels * channels * block.kernel**2)
        size, channels = size // 2 if block.pool else size, block.out_channels
    return tuple(counts)


def multiply_adds_of_parts(network: NetworkConfig) -> tuple[int, int]:
    """Multiply-adds of a forward pass over one picture: of the shared blocks, and of those of one branch."""
    blocks, level = multiply_adds(network.architecture), network.branching_level
    return sum(blocks[:level]), sum(blocks[level:])


def multiply_adds_of_network(network: NetworkConfig) -> int:
    """Multiply-adds of the convolutions of all branches for one picture."""
    shared, branch = multiply_adds_of_parts(network)
    return shared + network.num_branches * branch


@dataclass(frozen=True, slots=True)
class BlockValues:
    """How many numbers a convolution block holds; all but ``weights`` for one picture."""

    weights: int
    given: int  # its input
    convolved: int  # the convolution's output, the largest of the block
    kept: int  # what a backward pass needs, in units of 4 bytes
    output: int


def block_values(architecture: Architecture) -> tuple[BlockValues, ...]:
    """Sizes of every convolution block, in order.

    A backward pass needs the input of batch norm and the output of ReLU; where the block pools, also the input of
    pooling and the places of the maxima, which take 8 bytes each. A block's own input is the output of the one before.
    """
    layout = ARCHITECTURES[architecture]
    size, channels, found = PICTURE_SIZE_PX, layout.input_channels, []
    for block, weights in zip(layout.blocks, layout.block_parameters, strict=True):
        given = size**2 * channels
        size = size + 2 * block.padding - block.kernel + 1
        convolved = size**2 * block.out_channels
        size = size // 2 if block.pool else size
        output = size**2 * block.out_channels
        kept = 2 * convolved + 3 * output if block.pool else convolved + output
        found.append(BlockValues(weights, given, convolved, kept, output))
        channels = block.out_channels
    return tuple(found)
