"""The combined loss of an ensemble, and running means without waiting for the device."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from esr_core.networks import ESR


def learners_logits(network: ESR, images: Tensor, learners: tuple[int, ...], shared_learns: bool) -> Tensor:
    """Logits of the learning branches.

    Args:
        network: in the mode the phase asks for.
        images: (B, K, 96, 96) in [0, 1].
        learners: positions of the branches that learn from these images.
        shared_learns: False builds no graph through the shared layers, so nothing is computed for their gradient.

    Returns:
        Logits (len(learners), B, C): the loss is taken branch by branch.
    """
    with torch.set_grad_enabled(shared_learns):
        features = network.shared(images.contiguous(memory_format=torch.channels_last))
    return torch.stack([network.branches[n](features) for n in learners])


def branch_losses(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of each branch; their sum is the combined loss.

    Args:
        logits: (L, B, C), of any floating type; the loss is computed in float32.
        targets: class indices (B,).

    Returns:
        Losses (L,).

    Source: paper, equation 1.
    """
    return torch.stack([nn.functional.cross_entropy(each.float(), targets) for each in logits])


@dataclass(frozen=True, slots=True)
class TrainingMeans:
    """What branches did on the training pictures since the last validation point; None for those that did not learn."""

    loss: tuple[float | None, ...]
    accuracy: tuple[float | None, ...]


class RunningMeans:
    """Mean training loss and accuracy per branch, summed on the device and read once at a validation point."""

    def __init__(self, num_branches: int, device: torch.device) -> None:
        self.sums = torch.zeros(2, num_branches, device=device)  # of losses, and of shares that are right
        self.counts = [0] * num_branches

    def add(self, losses: Tensor, logits: Tensor, targets: Tensor, learners: tuple[int, ...]) -> None:
        """Take in one step's losses (L,) and logits (L, B, C) on class indices (B,)."""
        right = (logits.detach().argmax(dim=2) == targets).float().mean(dim=1)
        for column, position in enumerate(learners):
            self.sums[0, position] += losses[column].detach()
            self.sums[1, position] += right[column]
            self.counts[position] += 1

    def means(self) -> TrainingMeans:
        """Mean per branch over the steps it learned in; the one place that waits for the device."""
        losses, right = (self._over_counts(row) for row in self.sums.tolist())
        return TrainingMeans(losses, right)

    def state_dict(self) -> dict[str, Any]:
        """Plain values and a tensor, for a checkpoint."""
        return {"sums": self.sums, "counts": list(self.counts)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.sums.copy_(state["sums"])
        self.counts = list(state["counts"])

    def _over_counts(self, sums: list[float]) -> tuple[float | None, ...]:
        return tuple(total / count if count else None for total, count in zip(sums, self.counts, strict=True))


class StepLosses:
    """The losses of one epoch's steps, kept on the device and looked at once the epoch is over."""

    def __init__(self) -> None:
        self._steps: list[tuple[Tensor, tuple[int, ...]]] = []

    def add(self, losses: Tensor, learners: tuple[int, ...]) -> None:
        """Keep one step's losses (L,)."""
        self._steps.append((losses.detach(), learners))

    def first_not_finite(self) -> tuple[int, int] | None:
        """Branch and step, both counted from 1, of the first loss that is NaN or infinite."""
        if not self._steps:
            return None
        bad = torch.cat([~losses.isfinite() for losses, _ in self._steps]).cpu()
        if not bad.any():
            return None
        places = [(n + 1, step) for step, (_, learners) in enumerate(self._steps, start=1) for n in learners]
        return places[int(bad.int().argmax())]
