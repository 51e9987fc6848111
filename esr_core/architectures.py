"""The two convolutional architectures of the paper's Figure 3, in one table: everything else reads it.

::

    Block           one convolution block
    Layout          what an architecture takes, its blocks, and what follows from them
    ARCHITECTURES   the table, by name
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from esr_core.errors import ConfigError

Architecture = Literal["lab", "wild"]

PICTURE_SIZE_PX = 96
"""Height and width of a prepared picture; both architectures take it as it is."""


@dataclass(frozen=True, slots=True)
class Block:
    """One convolution block: convolution, batch norm, ReLU and, where ``pool``, 2x2 max pooling."""

    out_channels: int
    kernel: int
    pool: bool = False
    padding: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """An architecture: channels of its input and its convolution blocks in order."""

    input_channels: int  # 1 for grey pictures, 3 for RGB
    blocks: tuple[Block, ...]

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Channels, height and width (K, H, W) of one image."""
        return self.input_channels, PICTURE_SIZE_PX, PICTURE_SIZE_PX

    @property
    def is_grey(self) -> bool:
        """Whether pictures lose their colours on the way in."""
        return self.input_channels == 1

    @property
    def num_blocks(self) -> int:
        """Convolution blocks, which is also the highest branching level: a branch is then its linear layer alone."""
        return len(self.blocks)

    @property
    def num_features(self) -> int:
        """Channels of the last feature maps, and inputs of each branch's linear layer."""
        return self.blocks[-1].out_channels

    @property
    def block_parameters(self) -> tuple[int, ...]:
        """Trainable parameters of each block: weights and bias of its convolution, and batch norm's two per channel."""
        inputs = (self.input_channels, *(block.out_channels for block in self.blocks[:-1]))
        return tuple(
            block.out_channels * (channels * block.kernel**2 + 3)
            for channels, block in zip(inputs, self.blocks, strict=True)
        )

    @property
    def summary(self) -> str:
        """The table's row in a few words, such as "grey, 5 blocks"."""
        return f"{'grey' if self.is_grey else 'RGB'}, {self.num_blocks} blocks"


ARCHITECTURES: Mapping[Architecture, Layout] = MappingProxyType(
    {
        "lab": Layout(
            1,
            (
                Block(32, 5),
                Block(64, 3, pool=True),
                Block(64, 3, pool=True),
                Block(64, 3, pool=True),
                Block(64, 3),
            ),
        ),
        "wild": Layout(
            3,
            (
                Block(64, 5),
                Block(128, 3, pool=True),
                Block(128, 3),
                Block(128, 3, pool=True),
                Block(128, 3),
                Block(256, 3, pool=True),
                Block(256, 3),
                Block(512, 3, padding=1),
            ),
        ),
    }
)
"""Paper, Figure 3: top (in the lab) and bottom (in the wild)."""

MOST_BLOCKS = max(layout.num_blocks for layout in ARCHITECTURES.values())


def layout_of(architecture: str) -> Layout:
    """The layout of an architecture's name.

    Raises:
        ConfigError: if no architecture is called so.
    """
    for name, layout in ARCHITECTURES.items():
        if name == architecture:
            return layout
    raise ConfigError(f"architecture must be one of {', '.join(ARCHITECTURES)}, got {architecture!r}")


def check_branching_level(architecture: str, branching_level: int) -> None:
    """Raise ConfigError unless the architecture can branch after that many convolution blocks."""
    highest = layout_of(architecture).num_blocks
    if not isinstance(branching_level, int) or not 0 <= branching_level <= highest:
        raise ConfigError(
            f"branching_level must be 0-{highest} for the {architecture} network, got {branching_level!r}"
        )
