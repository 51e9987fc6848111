"""What is read off a network to be explained, in the form captum takes: a module from images to columns of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from esr_core.emotions import AFFECT
from esr_core.networks import ESR, Branch

Quantity = Literal["logit", "probability", "valence", "arousal"]
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked of a network about some images."""

    net: ESR  # in eval mode
    images: Tensor  # (B, K, H, W), with gradients
    quantity: Quantity
    columns: Tensor  # of a ``Reading``, int64 (B, N), of the ensemble (B, 1)
    ensemble: bool  # about the branches' mean instead of each branch
    block: int | None  # counted from 1; None = the last

    @property
    def blank(self) -> Tensor:
        """The training set's mean everywhere, which the network sees as zeros: an image that says nothing."""
        return self.net.normalisation.mean[:, None, None].expand_as(self.images)

    def readings(self) -> list["Reading"]:
        """One for each branch, or one of all together."""
        branches = list(self.net.each_branch())
        groups = [branches] if self.ensemble else [[branch] for branch in branches]
        return [Reading(self.net, group, self.quantity) for group in groups]

    def layer(self, branch: Branch) -> nn.Module:
        """The block that is asked about, as a branch passes through it; it may be a shared one."""
        block, level = self.block or self.net.layout.num_blocks, self.net.config.branching_level
        return self.net.shared[block] if block <= level else branch.blocks[block - level - 1]


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
