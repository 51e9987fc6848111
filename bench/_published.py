"""The network as the paper's authors publish it: every block applies its ReLU before it pools."""

import copy

from torch import nn

from esr_core.networks import ESR


def as_published(network: ESR) -> ESR:
    """A copy in that order, which has the same outputs and gradients and touches more memory."""
    copied = copy.deepcopy(network)
    for block in list(copied.modules()):
        if isinstance(block, nn.Sequential) and len(block) == 4 and isinstance(block[2], nn.MaxPool2d):
            block[2], block[3] = block[3], block[2]
    return copied
