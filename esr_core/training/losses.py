"""The combined loss of an ensemble, and its running mean without waiting for the device."""

import torch
from torch import Tensor, nn

from esr_core.networks import ESR


def branch_losses(
    network: ESR, images: Tensor, targets: Tensor, learners: tuple[int, ...], shared_learns: bool
) -> Tensor:
    """Cross-entropy of each learning branch; their sum is the combined loss.

    Args:
        network: in the mode the phase asks for.
        images: (B, K, 96, 96) in [0, 1].
        targets: class indices (B,).
        learners: positions of the branches that learn from these images.
        shared_learns: False builds no graph through the shared layers, so nothing is computed for their gradient.

    Returns:
        Losses (len(learners),).

    Source: paper, equation 1.
    """
    with torch.set_grad_enabled(shared_learns):
        features = network.shared(images.contiguous(memory_format=torch.channels_last))
    return torch.stack([nn.functional.cross_entropy(network.branches[n](features), targets) for n in learners])


class RunningLoss:
    """Mean training loss per branch, summed on the device and read once at a validation point."""

    def __init__(self, num_branches: int, device: torch.device) -> None:
        self.sums = torch.zeros(num_branches, device=device)
        self.counts = [0] * num_branches

    def add(self, losses: Tensor, learners: tuple[int, ...]) -> None:
        """Take in one step's losses (len(learners),)."""
        for column, position in enumerate(learners):
            self.sums[position] += losses[column].detach()
            self.counts[position] += 1

    def means(self) -> tuple[float | None, ...]:
        """Mean per branch, None for those that did not learn."""
        sums = self.sums.tolist()
        return tuple(total / count if count else None for total, count in zip(sums, self.counts, strict=True))
