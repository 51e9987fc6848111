import pytest
import torch
from torch import nn

from esr_core.networks import ESR
from esr_core.training.losses import RunningMeans, StepLosses, branch_losses, learners_logits


def images_and_targets() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    return torch.rand(4, 1, 96, 96, generator=generator), torch.tensor([0, 1, 2, 3])


def losses_of(network, learners, shared_learns):
    images, targets = images_and_targets()
    return branch_losses(learners_logits(network, images, learners, shared_learns), targets)


def test_the_combined_loss_is_the_sum_of_the_branches_cross_entropies():
    network = ESR("lab", 3, 2).eval()
    images, targets = images_and_targets()
    logits = network(images)
    expected = [nn.functional.cross_entropy(logits[:, n], targets) for n in range(2)]
    torch.testing.assert_close(losses_of(network, (0, 1), True), torch.stack(expected))


def test_a_branchs_loss_reaches_the_shared_layers_but_no_other_branch():
    network = ESR("lab", 3, 2)
    losses_of(network, (0, 1), True)[0].backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in network.branches[0].classifier.parameters())
    assert network.shared[1][0].weight.grad.abs().sum() > 0
    assert not any(parameter.grad.any() for parameter in network.branches[1].parameters() if parameter.grad is not None)


def test_shared_layers_that_do_not_learn_get_no_gradient():
    network = ESR("lab", 3, 1)
    losses_of(network, (0,), False).sum().backward()
    assert all(parameter.grad is None for parameter in network.shared.parameters())


def test_the_running_mean_counts_only_the_steps_a_branch_learnt_from():
    running = RunningMeans(3, torch.device("cpu"))
    first_right, second_right = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 2.0])
    both = torch.stack([torch.stack([first_right, second_right]), torch.stack([first_right, first_right])])
    targets = torch.tensor([0, 1])
    running.add(torch.tensor([1.0, 5.0]), both, targets, (0, 1))  # branch 1 has both right, branch 2 one
    running.add(torch.tensor([3.0]), both[1:], targets, (0,))
    assert running.means().loss == (2.0, 5.0, None)
    assert running.means().accuracy == (0.75, 0.5, None)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_the_first_loss_that_is_not_finite_is_found_with_its_branch_and_step(value):
    steps = StepLosses()
    steps.add(torch.tensor([1.0]), (0,))
    steps.add(torch.tensor([1.0, 2.0]), (0, 1))
    assert steps.first_not_finite() is None
    steps.add(torch.tensor([1.0, value]), (0, 2))
    steps.add(torch.tensor([value]), (0,))
    assert steps.first_not_finite() == (3, 3)


def test_an_epoch_without_steps_has_no_bad_loss():
    assert StepLosses().first_not_finite() is None
