"""A single network at another branching level: the same blocks, divided differently into shared ones and a branch."""

from torch import nn

from esr_core.errors import ConfigError
from esr_core.networks.esr import ESR


def rebranched(network: ESR, branching_level: int) -> ESR:
    """A copy of a network of one branch whose first ``branching_level`` blocks are shared.

    It computes the same logits; what changes is where further branches begin.

    Args:
        network: of one branch; left as it is.
        branching_level: of the copy, 0 to the architecture's number of blocks.

    Returns:
        A network of its own weights, on the same device and in the same mode.

    Raises:
        ConfigError: if the network has several branches, or the level is impossible.
    """
    if len(network.branches) != 1:
        raise ConfigError(
            f"network must have one branch to begin its branches elsewhere, got {len(network.branches)} branches"
        )
    copy = ESR.from_config(network.config.replace(branching_level=branching_level))
    copy.normalisation.load_state_dict(network.normalisation.state_dict())
    for new, old in zip(_blocks(copy), _blocks(network), strict=True):
        new.load_state_dict(old.state_dict())
    new_branch, old_branch = next(copy.each_branch()), next(network.each_branch())
    new_branch.classifier.load_state_dict(old_branch.classifier.state_dict())
    if new_branch.affect_head is not None and old_branch.affect_head is not None:
        new_branch.affect_head.load_state_dict(old_branch.affect_head.state_dict())
    return copy.to(network.normalisation.mean.device).train(network.training)


def _blocks(network: ESR) -> list[nn.Module]:
    """All convolution blocks on the way to the only branch's classifier, in order."""
    return [*list(network.shared)[1:], *next(network.each_branch()).blocks]
