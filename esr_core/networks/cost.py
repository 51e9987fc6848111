"""What a network costs to run: multiplications and additions, counted from the tables of the two architectures."""

from esr_core.config import Architecture
from esr_core.networks.architectures import IMAGE_SIZE_PX, LAYOUTS


def multiply_adds(architecture: Architecture) -> tuple[int, ...]:
    """Multiply-adds of every convolution block's forward pass over one picture, in order.

    Batch norm, ReLU, pooling and the linear layer are left out: together they are under one percent.
    """
    layout = LAYOUTS[architecture]
    size, channels, counts = IMAGE_SIZE_PX, layout.input_channels, []
    for block in layout.blocks:
        size = size + 2 * block.padding - block.kernel + 1
        counts.append(size**2 * block.out_channels * channels * block.kernel**2)
        size, channels = size // 2 if block.pool else size, block.out_channels
    return tuple(counts)
