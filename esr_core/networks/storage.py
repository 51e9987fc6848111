"""Weights as they are stored: exact, or in half the space."""

from typing import get_args

import torch
from torch import Tensor

from esr_core.config import CheckpointDtype
from esr_core.errors import ConfigError, TrainingError
from esr_core.networks.esr import ESR


def weights_to_store(network: ESR, dtype: CheckpointDtype = "float32") -> dict[str, Tensor]:
    """The network's weights and buffers on the CPU, convolution and linear weights in ``dtype``.

    Biases, batch norm and the input's normalisation stay float32: they are less than 1 % of the values, and a running
    variance may lie outside the range of float16.

    Args:
        network: any ESR; left as it is.
        dtype: ``float32`` or ``float16``. ``load_state_dict`` reads both; what was rounded stays rounded.

    Raises:
        ConfigError: if ``dtype`` is neither.
        TrainingError: if a weight is beyond the range of ``dtype``.
    """
    if dtype not in get_args(CheckpointDtype):
        raise ConfigError(f"checkpoint_dtype must be one of {', '.join(get_args(CheckpointDtype))}, got {dtype!r}")
    state = {name: value.detach().cpu() for name, value in network.state_dict().items()}
    return {name: _stored(name, value, getattr(torch, dtype)).contiguous() for name, value in state.items()}


def _stored(name: str, value: Tensor, dtype: torch.dtype) -> Tensor:
    """A tensor as it is stored; those of one dimension, and counters, are never rounded."""
    if value.ndim < 2 or value.dtype == dtype:
        return value
    rounded = value.to(dtype)
    if rounded.isinf().sum() > value.isinf().sum():
        raise TrainingError(
            f"{name} must lie within +-{torch.finfo(dtype).max:g} to be stored in {dtype}, found {value.abs().max():g}"
        )
    return rounded
