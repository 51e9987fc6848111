"""A store of runs, and networks that behave as if trained: nothing at its initial value, logits far from zero."""

import pytest
import torch
from torch import nn

from esr_core.networks import ESR
from esr_core.run_store import RunStore


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.fixture
def network():
    """Builder of an ESR with random batch-norm statistics, so that a forgotten or misused one shows."""

    def build(architecture="lab", branching_level=3, num_branches=4, **settings):
        torch.manual_seed(0)
        net = ESR(architecture, branching_level, num_branches, **settings)
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.normal_(module.running_mean, std=0.1)
                nn.init.uniform_(module.running_var, 0.05, 1.0)
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.normal_(module.bias, std=0.2)
        return net.eval()

    return build


@pytest.fixture
def images():
    """Builder of random images for a network, float32 in [0, 1]."""

    def build(net, num_images=2):
        generator = torch.Generator().manual_seed(1)
        return torch.rand(num_images, net.layout.input_channels, 96, 96, generator=generator)

    return build
