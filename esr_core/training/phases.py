"""Which parts of the ensemble learn when, and how fast: the training strategies of the paper.

``fixed``, ``varied``, ``frozen`` and ``custom`` add branches one after another, a phase each, and differ in what the
shared layers and the trained branches do meanwhile. ``interleaved`` has all branches from the start. At branching
level 0 nothing is shared, so the phases train independent networks: the traditional ensemble, whatever the strategy.
"""

from dataclasses import dataclass
from typing import cast

from torch import nn

from esr_core.config import TrainingConfig
from esr_core.errors import ConfigError
from esr_core.networks import ESR, Branch


@dataclass(frozen=True, slots=True)
class Rates:
    """Initial learning rates while a branch is added; 0 = frozen."""

    shared: float
    trained_branches: float
    new_branch: float


@dataclass(frozen=True, slots=True)
class Phase:
    """One stretch of training with the same learning parts."""

    branch: int  # the new branch, counted from 1; 0 = all together (interleaved)
    epochs: int
    learners: tuple[int, ...]  # positions of the branches that learn
    shared_learns: bool
    adds_branch: bool = False  # whether the branch is not there before
    heads_only: bool = False  # the affect heads learn and all below them stays as it is

    @property
    def is_interleaved(self) -> bool:
        """Whether all branches take turns instead of joining one after another."""
        return self.branch == 0

    @property
    def num_unchanged(self) -> int:
        """Branches, the first ones, whose logits stay as they are: neither they nor the shared layers learn."""
        return 0 if self.shared_learns or self.heads_only else min(self.learners)

    def is_new(self, position: int) -> bool:
        """Whether the branch at a position is the one being added, or one of those that take turns."""
        return self.is_interleaved or position + 1 == self.branch

    def branch_part(self, network: ESR, position: int) -> nn.Module:
        """What learns of a branch."""
        branch = cast(Branch, network.branches[position])
        return cast(nn.Module, branch.affect_head) if self.heads_only else branch

    def learning_parts(self, network: ESR) -> list[nn.Module]:
        """Modules that learn in this phase."""
        return [network.shared] * self.shared_learns + [self.branch_part(network, n) for n in self.learners]


def rates(config: TrainingConfig) -> Rates:
    """What each part of the network starts with while a branch is added.

    Source: paper, "Training ESRs at Different Branching Levels".
    """
    new = config.learning_rate
    match config.strategy:
        case "varied":
            return Rates(new, config.trained_branch_learning_rate, new)
        case "frozen":
            return Rates(0.0, 0.0, new)
        case "custom":
            return Rates(config.shared_learning_rate, config.trained_branch_learning_rate, new)
        case _:  # fixed and interleaved
            return Rates(new, new, new)


def plan(config: TrainingConfig) -> tuple[Phase, ...]:
    """The phases of a training, in order.

    A training that goes on from a stored ensemble adds the branches it lacks; if it lacks none, each of its branches
    is fine-tuned in turn, as if it were the new one.

    Raises:
        ConfigError: if the network has no branches.
    """
    if not config.network.num_branches:
        raise ConfigError("network.num_branches must be at least 1 to be trained, got 0")
    count, there = config.network.num_branches, starting_branches(config)
    heads_only = config.task == "affect"
    shares_layers = config.network.branching_level > 0 and not heads_only
    if is_interleaved(config):
        return (Phase(0, config.epochs_first_branch, tuple(range(count)), shares_layers, heads_only=heads_only),)
    initial = rates(config)
    old_learn = (shares_layers or heads_only) and initial.trained_branches > 0
    first = there + 1 if config.start is not None and there < count else 1
    return tuple(
        Phase(
            branch=branch,
            epochs=config.epochs_first_branch if branch == 1 else config.epochs_later_branch,
            learners=tuple(range(branch)) if old_learn else (branch - 1,),
            shared_learns=shares_layers and (_is_untrained(config, branch) or initial.shared > 0),
            adds_branch=branch > there,
            heads_only=heads_only,
        )
        for branch in range(first, count + 1)
    )


def is_validation_point(config: TrainingConfig, epoch: int, num_epochs: int) -> bool:
    """Whether the ensemble is validated after so many of a branch's epochs."""
    return epoch % config.validate_every_epochs == 0 or epoch == num_epochs or epoch in config.milestones


def starting_branches(config: TrainingConfig) -> int:
    """Branches of the network that a training starts with."""
    if config.start is not None:
        return config.start.num_branches
    return config.network.num_branches if is_interleaved(config) else 1


def is_interleaved(config: TrainingConfig) -> bool:
    """Whether all branches exist from the start and take turns."""
    return config.strategy == "interleaved" and config.network.branching_level > 0


def parameter_groups(network: ESR, phase: Phase, config: TrainingConfig) -> list[dict]:
    """Optimiser groups of the learning parts, each with its own initial learning rate.

    The shared layers come first where they learn, then the branches in order; the newest is last.
    """
    initial = rates(config)
    shared_rate = initial.new_branch if _is_untrained(config, phase.branch) else initial.shared
    groups = [{"params": list(network.shared.parameters()), "lr": shared_rate}] * phase.shared_learns
    for position in phase.learners:
        rate = initial.new_branch if phase.is_new(position) else initial.trained_branches
        groups.append({"params": list(phase.branch_part(network, position).parameters()), "lr": rate})
    return groups


def _is_untrained(config: TrainingConfig, branch: int) -> bool:
    """Whether nothing is trained yet when a branch's phase begins, so that all parts start alike."""
    return branch <= 1 and config.start is None


def set_learning(network: ESR, phase: Phase) -> None:
    """Put the learning parts into training mode and freeze the rest: no gradient, batch norm in eval mode."""
    network.eval().requires_grad_(False)
    for part in phase.learning_parts(network):
        part.train().requires_grad_(True)
    for branch in network.each_branch():
        if branch.affect_head is not None and not phase.heads_only:  # no loss of classes reaches it
            branch.affect_head.requires_grad_(False)
