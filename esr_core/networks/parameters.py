"""How many parameters an ensemble has, and where they are."""

from torch import nn

from esr_core.config import NetworkConfig
from esr_core.networks.esr import ESR
from esr_core.records import ParameterCount


def count_parameters(network: ESR) -> ParameterCount:
    """Trainable parameters of the shared layers, of each branch and in total (paper, Table 1)."""
    shared = _parameters(network.shared)
    per_branch = _parameters(network.branches[0]) if network.branches else 0
    return ParameterCount(shared=shared, per_branch=per_branch, total=shared + per_branch * len(network.branches))


def parameters_of(config: NetworkConfig) -> ParameterCount:
    """As ``count_parameters``, from the table of the architecture, of a network that is not made."""
    layout, level, num_classes = config.layout, config.branching_level, len(config.class_names)
    shared = sum(layout.block_parameters[:level])
    classifier = (layout.num_features + 1) * num_classes
    affect_head = 2 * (num_classes + 1) if config.affect_head else 0
    per_branch = sum(layout.block_parameters[level:]) + classifier + affect_head if config.num_branches else 0
    return ParameterCount(shared=shared, per_branch=per_branch, total=shared + per_branch * config.num_branches)


def _parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
