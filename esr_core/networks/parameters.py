"""How many parameters an ensemble has, and where they are."""

from functools import lru_cache

import torch
from torch import nn

from esr_core.config import NetworkConfig
from esr_core.networks.esr import ESR
from esr_core.records import ParameterCount


def count_parameters(network: ESR) -> ParameterCount:
    """Trainable parameters of the shared layers, of each branch and in total (paper, Table 1)."""
    shared = _parameters(network.shared)
    per_branch = _parameters(network.branches[0]) if network.branches else 0
    return ParameterCount(shared=shared, per_branch=per_branch, total=shared + per_branch * len(network.branches))


@lru_cache(maxsize=256)
def parameters_of(config: NetworkConfig) -> ParameterCount:
    """As ``count_parameters``, of a network that is not made: it takes no memory and no random numbers."""
    with torch.device("meta"):
        return count_parameters(ESR.from_config(config))


def _parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
