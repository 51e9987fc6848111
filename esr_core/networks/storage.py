"""Weights as they are stored, and read again: exact, in half the space, or in a quarter."""

from collections.abc import Mapping
from typing import get_args

import torch
from torch import Tensor

from esr_core.config import CheckpointDtype
from esr_core.errors import ConfigError, DataError, TrainingError
from esr_core.networks.esr import ESR

SCALE = "_scale"  # follows the name of int8 weights in that of their scales
LEVELS = 127  # of int8 on either side of zero; -128 is left out, so that both sides are alike
LARGEST = 3e38  # 127 times the scale of a larger weight could be beyond float32


def weights_to_store(network: ESR, dtype: CheckpointDtype = "float32") -> dict[str, Tensor]:
    """The network's weights and buffers on the CPU, convolution and linear weights in ``dtype``.

    Biases, batch norm and the input's normalisation stay float32: they are less than 1 % of the values, and a running
    variance may lie outside the range of float16.

    ``int8`` stores for each output channel, the first dimension of a weight ``w``, a float32 scale ``s = max|w| / 127``
    and in place of its weights ``round(w / s)``. The scales of ``branches.0.classifier.weight`` are called
    ``branches.0.classifier.weight_scale``. A channel of zeros, or of weights below 1.5e-36, has the scale 1. What
    ``weights_from_stored`` makes of that is stored as the same bits again.

    Args:
        network: any ESR; left as it is.
        dtype: ``float32``, ``float16`` or ``int8``. ``weights_from_stored`` reads all; what was rounded stays rounded.

    Raises:
        ConfigError: if ``dtype`` is none of them.
        TrainingError: if a weight is beyond the range of ``dtype``; of int8, if it is not finite.

    Source: Krishnamoorthi 2018, arXiv 1806.08342 (symmetric quantisation of weights, per channel).
    """
    if dtype not in get_args(CheckpointDtype):
        raise ConfigError(f"checkpoint_dtype must be one of {', '.join(get_args(CheckpointDtype))}, got {dtype!r}")
    stored: dict[str, Tensor] = {}
    for name, value in network.state_dict().items():
        value = value.detach().cpu()
        if value.ndim < 2:  # those of one dimension, and counters, are never rounded
            stored[name] = value
        elif dtype == "int8":
            stored[name], stored[name + SCALE] = _quantised(name, value)
        else:
            stored[name] = _rounded(name, value, getattr(torch, dtype))
    return {name: value.contiguous() for name, value in stored.items()}


def weights_from_stored(stored: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state dict of a network, in float32, from what ``weights_to_store`` gave in any ``dtype``.

    Raises:
        DataError: if int8 weights have no scales, or not one for each output channel, finite and above 0.
    """
    quantised = {name for name, value in stored.items() if value.dtype == torch.int8}
    scales = {name + SCALE for name in quantised}
    return {
        name: _dequantised(name, value, stored.get(name + SCALE)) if name in quantised else _as_float32(value)
        for name, value in stored.items()
        if name not in scales
    }


def _rounded(name: str, value: Tensor, dtype: torch.dtype) -> Tensor:
    if value.dtype == dtype:
        return value
    rounded = value.to(dtype)
    if rounded.isinf().sum() > value.isinf().sum():
        raise _beyond(name, value, torch.finfo(dtype).max, dtype)
    return rounded


def _quantised(name: str, value: Tensor) -> tuple[Tensor, Tensor]:
    """Weights in int8, and the scale of each output channel."""
    channels = value.float().flatten(start_dim=1)  # (K, weights of one channel)
    largest = channels.abs().amax(dim=1)  # (K,)
    if not (largest <= LARGEST).all():  # NaN is not, either
        raise _beyond(name, value, LARGEST, torch.int8)
    scale = largest / LEVELS  # times 127 and by 127 again, it is the same float32
    scale = scale.where(scale >= torch.finfo(scale.dtype).tiny, 1.0)  # below, a scale has too few bits to divide by
    return (channels / scale[:, None]).round().to(torch.int8).view(value.shape), scale


def _dequantised(name: str, value: Tensor, scale: Tensor | None) -> Tensor:
    if scale is None:
        raise DataError(f"{name} in int8 must have its scales in {name}{SCALE}, found none")
    if value.ndim < 2 or scale.shape != value.shape[:1] or scale.dtype != torch.float32:
        raise DataError(
            f"{name}{SCALE} must hold a float32 scale for each output channel of weights of shape "
            f"{tuple(value.shape)}, found {scale.dtype} of shape {tuple(scale.shape)}"
        )
    if not (scale.isfinite() & (scale > 0)).all():
        raise DataError(f"{name}{SCALE} must hold finite scales above 0, found {scale.min():g} to {scale.max():g}")
    return value * scale.view(-1, *[1] * (value.ndim - 1))


def _as_float32(value: Tensor) -> Tensor:
    return value.float() if value.dtype == torch.float16 else value


def _beyond(name: str, value: Tensor, limit: float, dtype: torch.dtype) -> TrainingError:
    return TrainingError(f"{name} must lie within +-{limit:g} to be stored in {dtype}, found {value.abs().max():g}")
