"""The published implementation keeps its branches in a Python list, which PyTorch does not look into.

There ``eval()`` misses the branches, so validation runs with training-mode batch norm and a face's logits depend on
its batch. Each check holds for ours and catches that variant.
"""

import pytest
import torch
from torch import nn

from esr_core.networks import ESR


class PlainListESR(ESR):
    """An ESR with the published fault."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        branches = list(self.branches)
        del self.branches
        self.branches = branches


@pytest.fixture
def faulty():
    torch.manual_seed(0)
    return PlainListESR("lab", branching_level=3, num_branches=2)


@torch.no_grad()
def alone_against_in_a_batch(net):
    """Largest difference between one image's logits alone and among others."""
    images = torch.rand(4, 1, 96, 96, generator=torch.Generator().manual_seed(0))
    return (net(images[:1]) - net(images)[:1]).abs().max().item()


def has_branch_in_training_mode(net):
    return any(module.training for branch in net.branches for module in branch.modules())


def test_after_eval_one_image_alone_and_in_a_batch_have_equal_logits(network, faulty):
    assert alone_against_in_a_batch(network().train().eval()) < 1e-5
    assert alone_against_in_a_batch(faulty.eval()) > 1e-2


def test_eval_reaches_every_branch(network, faulty):
    assert not has_branch_in_training_mode(network().train().eval())
    assert has_branch_in_training_mode(faulty.eval())


def test_parameters_and_state_include_every_branch(network, faulty):
    def includes_branches(net):
        of_branches = {id(parameter) for branch in net.branches for parameter in branch.parameters()}
        listed = {id(parameter) for parameter in net.parameters()}
        return of_branches <= listed and any("branches.1." in name for name in net.state_dict())

    assert includes_branches(network())
    assert not includes_branches(faulty)


def test_branches_are_registered_modules(network, faulty):
    assert isinstance(network().branches, nn.ModuleList)
    assert not isinstance(faulty.branches, nn.ModuleList)
