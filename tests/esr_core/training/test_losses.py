import torch
from torch import nn

from esr_core.networks import ESR
from esr_core.training.losses import RunningLoss, branch_losses


def images_and_targets() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    return torch.rand(4, 1, 96, 96, generator=generator), torch.tensor([0, 1, 2, 3])


def test_the_combined_loss_is_the_sum_of_the_branches_cross_entropies():
    network = ESR("lab", 3, 2).eval()
    images, targets = images_and_targets()
    logits = network(images)
    expected = [nn.functional.cross_entropy(logits[:, n], targets) for n in range(2)]
    torch.testing.assert_close(branch_losses(network, images, targets, (0, 1), True), torch.stack(expected))


def test_a_branchs_loss_reaches_the_shared_layers_but_no_other_branch():
    network = ESR("lab", 3, 2)
    images, targets = images_and_targets()
    branch_losses(network, images, targets, (0, 1), True)[0].backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in network.branches[0].classifier.parameters())
    assert network.shared[1][0].weight.grad.abs().sum() > 0
    assert not any(parameter.grad.any() for parameter in network.branches[1].parameters())


def test_shared_layers_that_do_not_learn_get_no_gradient():
    network = ESR("lab", 3, 1)
    images, targets = images_and_targets()
    branch_losses(network, images, targets, (0,), False).sum().backward()
    assert all(parameter.grad is None for parameter in network.shared.parameters())


def test_the_running_mean_counts_only_the_steps_a_branch_learnt_from():
    running = RunningLoss(3, torch.device("cpu"))
    running.add(torch.tensor([1.0, 5.0]), (0, 1))
    running.add(torch.tensor([3.0]), (0,))
    assert running.means() == (2.0, 5.0, None)
