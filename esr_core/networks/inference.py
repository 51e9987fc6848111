"""Networks put to use: borrowed for a moment without leaving a trace, or copied into a faster form."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from esr_core.errors import ConfigError
from esr_core.networks.esr import ESR

Module = TypeVar("Module", bound=nn.Module)


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


def for_inference(network: ESR, dtype: torch.dtype = torch.float32, in_place: bool = False) -> ESR:
    """A copy of an ensemble that gives the same logits sooner: batch norm folded away, channels last, no gradients.

    It is an ESR to ``grad_cam`` and every other reader, but has fewer parameters, so it is neither trained nor stored.

    Args:
        network: any ESR, in any mode; left as it is.
        dtype: what the convolutions compute in. ``torch.bfloat16`` is about twice as fast where the processor has it,
            and many times slower where it has not; images, last feature maps, logits and maps stay float32.
        in_place: change the network itself instead of a copy, where nobody else has it.

    Returns:
        An ESR in eval mode whose logits equal those of ``network`` in eval mode up to the rounding of ``dtype``.
    """
    quick = _quick(network if in_place else copy.deepcopy(network))
    if dtype != torch.float32:
        for layers in (quick.shared[1:], *(branch.blocks for branch in quick.each_branch())):
            layers.to(dtype)
        quick.shared.insert(1, _Cast(dtype))  # after the normalisation: pixels are not rounded before it
        for branch in quick.each_branch():
            branch.blocks.append(_Cast(torch.float32))
    return quick


def frozen(shared: nn.Sequential) -> nn.Sequential:
    """A copy of shared layers that gives the same features sooner, while branches are trained on top of them.

    Args:
        shared: the shared layers of an ESR, in any mode; left as they are.

    Returns:
        Layers whose output equals that of ``shared`` in eval mode up to rounding; no gradient goes through them.
    """
    layers = _quick(copy.deepcopy(shared))
    for module in layers.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = True  # there is no graph that needs what it overwrites
    return layers


def pooled_features(network: ESR, images: Tensor, batch_size: int = 64) -> Tensor:
    """What each branch's classifier decides from: its last feature maps, averaged over their positions.

    Args:
        network: an ESR in any mode; used in eval mode and given back as it was.
        images: float, in [0, 1], (B, K, H, W) as ``network.layout.image_shape`` has it, on the network's device.
        batch_size: images at a time, at least 1; it changes memory and speed alone.

    Returns:
        (B, N, K), K = ``network.layout.num_features``, without gradients.

    Raises:
        ConfigError: if the images have another shape.
    """
    with borrowed(network), torch.inference_mode():
        starts = range(0, max(len(images), 1), batch_size)  # once none for no images: their features have a shape
        maps = (network.feature_maps(images[start : start + batch_size]) for start in starts)
        return torch.cat([torch.stack([m.mean(dim=(2, 3)) for m in of_batch], dim=1) for of_batch in maps])


def block_feature_maps(network: ESR, images: Tensor, block: int) -> Tensor:
    """What a convolution block makes of images: of a shared one once, of one behind the branching level in each branch.

    Args:
        network: an ESR in any mode; used in eval mode and given back as it was.
        images: float, in [0, 1], (B, K, H, W) as ``network.layout.image_shape`` has it, on the network's device.
        block: counted from 1.

    Returns:
        Maps (B, 1, K, h, w) of a shared block, else (B, N, K, h, w), without gradients.

    Raises:
        ConfigError: if the network has no such block.
    """
    level, count = network.config.branching_level, network.layout.num_blocks
    if not 1 <= block <= count:
        raise ConfigError(f"block must be in 1-{count} for the {network.config.architecture} network, got {block}")
    with borrowed(network), torch.inference_mode():
        if block <= level:
            return network.shared[: block + 1](images)[:, None]  # the first layer normalises
        features = network.shared(images)
        return torch.stack([branch.blocks[: block - level](features) for branch in network.each_branch()], dim=1)


class _Cast(nn.Module):
    """Goes on in another number type."""

    def __init__(self, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype = dtype

    def forward(self, values: Tensor) -> Tensor:
        """The same values, rounded to that type."""
        return values.to(self.dtype)


def _quick(network: Module) -> Module:
    """The same, frozen, in eval mode, with batch norm folded into the convolutions before it, channels last."""
    network.eval().requires_grad_(False)
    for block in list(network.modules()):
        if isinstance(block, nn.Sequential) and len(block) > 1 and isinstance(block[1], nn.BatchNorm2d):
            _fold(cast(nn.Conv2d, block[0]), block[1])
            block.pop(1)
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in torch's stubs


def _fold(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> None:
    """Let a convolution give what batch norm in eval mode makes of it."""
    mean, variance = cast(Tensor, norm.running_mean), cast(Tensor, norm.running_var)
    convolution.weight, convolution.bias = fuse_conv_bn_weights(
        convolution.weight, convolution.bias, mean, variance, norm.eps, norm.weight, norm.bias
    )
