"""From the table of an architecture to modules: its convolution blocks, and the branches that end in a classifier."""

from torch import Tensor, nn

from esr_core.architectures import Layout
from esr_core.errors import ConfigError


def convolution_blocks(layout: Layout, first: int, last: int) -> list[nn.Module]:
    """Fresh blocks ``first`` to ``last`` - 1 of a layout, each an ``nn.Sequential`` that ends in its ReLU."""
    modules: list[nn.Module] = []
    for index in range(first, last):
        block = layout.blocks[index]
        in_channels = layout.blocks[index - 1].out_channels if index else layout.input_channels
        # ReLU after pooling gives what it gives before it, on a quarter as many values.
        modules.append(
            nn.Sequential(
                nn.Conv2d(in_channels, block.out_channels, block.kernel, padding=block.padding),
                nn.BatchNorm2d(block.out_channels),
                *([nn.MaxPool2d(2)] if block.pool else []),
                nn.ReLU(),
            )
        )
    return modules


class Branch(nn.Module):
    """The unshared rest of the network: convolution blocks, global average pooling and one linear layer.

    With ``affect_head`` a second linear layer on the ReLU of the logits gives valence and arousal
    (paper, "Continuous affect perception").
    """

    def __init__(self, layout: Layout, branching_level: int, num_classes: int, affect_head: bool = False) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*convolution_blocks(layout, branching_level, layout.num_blocks))
        self.classifier = nn.Linear(layout.num_features, num_classes)
        self.affect_head = nn.Linear(num_classes, 2) if affect_head else None

    def forward(self, shared_features: Tensor) -> Tensor:
        """Logits (B, C) from the shared layers' output (B, K, h, w)."""
        return self.classify(self.blocks(shared_features))

    def classify(self, feature_maps: Tensor) -> Tensor:
        """Logits (B, C) from the last feature maps (B, K, h, w)."""
        return self.classifier(feature_maps.mean(dim=(2, 3)))

    def affect(self, logits: Tensor) -> Tensor:
        """Valence and arousal (B, 2) from the branch's logits (B, C); only with ``affect_head``."""
        if self.affect_head is None:
            raise ConfigError("affect_head must be True for valence and arousal, got a network without one")
        return self.affect_head(logits.relu())
