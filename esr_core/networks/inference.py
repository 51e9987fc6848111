"""Networks put to use: borrowed for a moment without leaving a trace, or copied into a faster form."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from esr_core.networks.esr import ESR


@contextmanager
def borrowed(network: nn.Module) -> Iterator[None]:
    """Eval mode inside; every module's own mode again afterwards, also after an exception."""
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def for_inference(network: ESR) -> ESR:
    """A copy of an ensemble that gives the same logits sooner: batch norm folded away, channels last, no gradients.

    It is an ESR to ``grad_cam`` and every other reader, but has fewer parameters, so it is neither trained nor stored.

    Args:
        network: any ESR, in any mode; left as it is.

    Returns:
        An ESR in eval mode whose logits equal those of ``network`` in eval mode up to rounding.
    """
    copied = copy.deepcopy(network).eval().requires_grad_(False)
    for block in _convolution_blocks(copied):
        if isinstance(block[1], nn.BatchNorm2d):  # else it was folded before
            block[0] = fuse_conv_bn_eval(cast(nn.Conv2d, block[0]), block[1])
            block.pop(1)
    return copied.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs


def _convolution_blocks(network: ESR) -> Iterator[nn.Sequential]:
    parts = (network.shared[1:], *(branch.blocks for branch in network.each_branch()))
    return (cast(nn.Sequential, block) for part in parts for block in cast(nn.Sequential, part))
