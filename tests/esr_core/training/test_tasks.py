import torch
from torch import nn

from esr_core.networks import ESR, frozen
from esr_core.training.tasks import AffectTask, EmotionTask


def images_and_targets() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    return torch.rand(4, 1, 96, 96, generator=generator), torch.tensor([0, 1, 2, 3])


def losses_of(network, learners, shared=None):
    images, targets = images_and_targets()
    task = EmotionTask()
    return task.losses(task.outputs(network, images, learners, shared or network.shared), targets)


def test_the_combined_loss_is_the_sum_of_the_branches_cross_entropies():
    network = ESR("lab", 3, 2).eval()
    images, targets = images_and_targets()
    logits = network(images)
    expected = [nn.functional.cross_entropy(logits[:, n], targets) for n in range(2)]
    torch.testing.assert_close(losses_of(network, (0, 1)), torch.stack(expected))


def test_a_branchs_loss_reaches_the_shared_layers_but_no_other_branch():
    network = ESR("lab", 3, 2)
    losses_of(network, (0, 1))[0].backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in network.branches[0].classifier.parameters())
    assert network.shared[1][0].weight.grad.abs().sum() > 0
    assert not any(parameter.grad.any() for parameter in network.branches[1].parameters() if parameter.grad is not None)


def test_shared_layers_that_do_not_learn_get_no_gradient():
    network = ESR("lab", 3, 1)
    losses_of(network, (0,), frozen(network.shared)).sum().backward()
    assert all(parameter.grad is None for parameter in network.shared.parameters())


def test_a_branch_is_right_where_its_class_is_the_labelled_one():
    logits = torch.tensor([[[2.0, 0.0], [0.0, 2.0]], [[2.0, 0.0], [2.0, 0.0]]])  # (L=2, B=2, C=2)
    assert EmotionTask().right(logits, torch.tensor([0, 1])).tolist() == [1.0, 0.5]


def test_affect_is_the_heads_output_on_the_logits_relu_and_reaches_nothing_below():
    network = ESR("lab", 3, 2, affect_head=True).eval()
    images, _ = images_and_targets()
    outputs = AffectTask().outputs(network, images, (0, 1), network.shared)
    torch.testing.assert_close(outputs.swapaxes(0, 1), network.affect(images))
    AffectTask().losses(outputs, torch.zeros(4, 2)).sum().backward()
    learning = [name for name, parameter in network.named_parameters() if parameter.grad is not None]
    assert learning == [f"branches.{n}.affect_head.{kind}" for n in (0, 1) for kind in ("weight", "bias")]


def test_the_affect_loss_by_hand():
    outputs = torch.tensor([[[0.5, 0.0], [0.0, 0.5]]])  # (L=1, B=2, 2)
    targets = torch.tensor([[0.0, 0.0], [0.0, 0.0]])
    torch.testing.assert_close(AffectTask().losses(outputs, targets), torch.tensor([(0.5 / 4) ** 0.5]))
