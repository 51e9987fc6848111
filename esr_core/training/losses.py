"""Losses of an epoch and running means of them, kept on the device without waiting for it."""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class TrainingMeans:
    """What branches did on the training pictures since the last validation point; None for those that did not learn."""

    loss: tuple[float | None, ...]
    accuracy: tuple[float | None, ...]  # None as well where there is no right and wrong


class RunningMeans:
    """Mean training loss and accuracy per branch, summed on the device and read once at a validation point."""

    def __init__(self, num_branches: int, device: torch.device) -> None:
        self.sums = torch.zeros(2, num_branches, device=device)  # of losses, and of shares that are right
        self.counts = [0] * num_branches

    def add(self, losses: Tensor, right: Tensor | None, learners: tuple[int, ...]) -> None:
        """Take in one step's losses (L,) and shares of pictures that are right (L,), where there is such a thing."""
        shares = torch.full_like(losses, torch.nan) if right is None else right
        for column, position in enumerate(learners):
            self.sums[0, position] += losses[column].detach()
            self.sums[1, position] += shares[column].detach()
            self.counts[position] += 1

    def means(self) -> TrainingMeans:
        """Mean per branch over the steps it learned in; the one place that waits for the device."""
        losses, right = (self._over_counts(row) for row in self.sums.tolist())
        return TrainingMeans(losses, tuple(None if share is None or math.isnan(share) else share for share in right))

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
