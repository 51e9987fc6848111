"""What is read off a network to be explained, in the form captum takes: a module from images to columns of numbers."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from esr_core.explanations.settings import AFFECT, Quantity
from esr_core.networks import ESR, Branch


class Reading(nn.Module):
    """Some branches of an ensemble, and one quantity of theirs.

    Its columns are the classes, or valence and arousal. It borrows the network's own layers and runs no others.
    """

    def __init__(self, net: ESR, branches: Sequence[Branch], quantity: Quantity) -> None:
        super().__init__()
        self.shared = net.shared
        self.branches = nn.ModuleList(branches)
        self.quantity = quantity

    def forward(self, images: Tensor) -> Tensor:
        """The branches' mean, (B, C) or (B, 2)."""
        return self.each(images).mean(dim=1)

    def each(self, images: Tensor) -> Tensor:
        """Every branch's own, (B, N, C) or (B, N, 2)."""
        features = self.shared(images)
        return torch.stack([self._read(branch, features) for branch in self.branches], dim=1)

    def _read(self, branch: nn.Module, features: Tensor) -> Tensor:
        logits = branch(features)
        if self.quantity in AFFECT:
            return branch.affect(logits)  # type: ignore[operator]  # nn.ModuleList forgets that it holds branches
        return logits.softmax(dim=1) if self.quantity == "probability" else logits


def readings(net: ESR, quantity: Quantity, ensemble: bool) -> list[Reading]:
    """One for each branch, or one of all together."""
    branches = list(net.each_branch())
    return [Reading(net, branches, quantity)] if ensemble else [Reading(net, [b], quantity) for b in branches]


def block_layer(net: ESR, branch: Branch, block: int | None) -> nn.Module:
    """A convolution block, counted from 1, as a branch passes through it; None is the last. It may be a shared one."""
    block = block or net.layout.num_blocks
    level = net.config.branching_level
    return net.shared[block] if block <= level else branch.blocks[block - level - 1]
