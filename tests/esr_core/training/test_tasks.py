from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from esr_core.config import StartConfig
from esr_core.errors import ConfigError
from esr_core.networks import ESR, frozen
from esr_core.training import fit, new_network, predict
from esr_core.training.tasks import AffectTask, EmotionTask, class_offsets, task_of


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


def test_loss_of_votes_is_the_cross_entropy_of_distributions():
    logits = torch.tensor([[[2.0, 0.0], [0.0, 1.0]]])  # (L=1, B=2, C=2)
    votes = torch.tensor([[0.75, 0.25], [0.5, 0.5]])
    by_hand = -(votes * logits[0].log_softmax(dim=1)).sum(dim=1).mean()
    torch.testing.assert_close(EmotionTask().losses(logits, votes), by_hand[None])


def test_branch_is_right_about_votes_where_it_names_the_class_with_most():
    logits = torch.tensor([[[2.0, 0.0], [0.0, 2.0]]])
    assert EmotionTask().right(logits, torch.tensor([[0.6, 0.4], [0.7, 0.3]])).tolist() == [0.5]


def test_whole_votes_for_the_label_are_learned_as_the_label_is(tiny_config, tiny_data):
    votes = np.eye(2, dtype=np.float32)[tiny_data.labels]
    of_labels, of_votes = new_network(tiny_config), new_network(tiny_config)
    list(fit(tiny_config, of_labels, tiny_data))
    list(fit(tiny_config, of_votes, replace(tiny_data, votes=votes)))
    validation = tiny_data.parts.validation
    np.testing.assert_allclose(
        predict(of_votes, tiny_data, validation), predict(of_labels, tiny_data, validation), atol=1e-4
    )


def test_logit_adjustment_adds_weighted_log_shares_of_the_classes(tiny_config, tiny_data):
    config = tiny_config.replace(logit_adjustment=0.5)
    offsets = class_offsets(np.array([0.8, 0.2]), config, torch.device("cpu"))
    torch.testing.assert_close(offsets, torch.tensor([0.5 * np.log(0.8), 0.5 * np.log(0.2)], dtype=torch.float32))
    logits, targets = torch.tensor([[[1.0, 2.0]]]), torch.tensor([1])
    expected = nn.functional.cross_entropy(logits[0] + offsets, targets)
    torch.testing.assert_close(EmotionTask(offsets).losses(logits, targets), expected[None])


def test_an_adjustment_by_the_fourth_root_favours_the_rarest_class_most(tiny_config):
    shares, cpu = np.array([0.5, 0.4, 0.0625, 0.0375]), torch.device("cpu")
    config = tiny_config.replace(logit_adjustment=2.0, logit_adjustment_by="fourth-root")
    by_root = class_offsets(shares, config, cpu)
    assert by_root[2].item() == pytest.approx(-2 * 2)  # 0.0625 is a half to the fourth
    by_log = class_offsets(shares, config.replace(logit_adjustment_by="log"), cpu)
    gain_of_rarest = [(offsets[0] - offsets[3]) / (offsets[0] - offsets[1]) for offsets in (by_root, by_log)]
    assert gain_of_rarest[0] > gain_of_rarest[1]


def test_full_adjustment_lets_frequencies_speak_through_the_offsets_alone():
    """Where all pictures look alike, logits without the offsets are those of equally frequent classes."""
    targets = torch.tensor([0] * 9 + [1])
    bias = torch.zeros(2, requires_grad=True)
    offsets = torch.log(torch.tensor([0.9, 0.1]))
    optimiser = torch.optim.SGD([bias], lr=1.0)
    for _ in range(500):
        optimiser.zero_grad()
        EmotionTask(offsets).losses(bias.expand(1, 10, 2), targets).sum().backward()
        optimiser.step()
    torch.testing.assert_close(bias[0], bias[1], atol=1e-3, rtol=0)


def test_class_shares_are_those_of_the_training_part(tiny_config, tiny_data):
    labels = np.zeros(24, dtype=np.int64)
    labels[tiny_data.training[:4]] = 1
    data = replace(tiny_data, labels=labels)  # 4 of 16 pictures
    learned = data.training
    assert data.class_shares(learned, 2).tolist() == [0.75, 0.25]
    votes = np.tile(np.float32([0.9, 0.1]), (24, 1))
    np.testing.assert_allclose(replace(data, votes=votes).class_shares(learned, 2), [0.9, 0.1], atol=1e-6)
    assert (data.class_shares(learned, 3) > 0).all(), "a class without pictures has no logarithm"
    assert task_of(tiny_config, data).offsets is None


def test_classes_that_balance_has_evened_out_are_not_evened_out_again(tiny_config, tiny_data):
    labels = np.zeros(24, dtype=np.int64)
    labels[tiny_data.training[:4]] = 1  # 4 of 16 pictures
    data = replace(tiny_data, labels=labels, branches=(tiny_data.training[:8],) * 2)  # of them 4
    adjusted = tiny_config.replace(logit_adjustment=1.0)
    np.testing.assert_allclose(task_of(adjusted, data).offsets, np.log([0.75, 0.25]), atol=1e-6)
    balanced = adjusted.replace(protocol=adjusted.protocol.replace(balance="emotion", max_per_group=4))
    np.testing.assert_allclose(task_of(balanced, data).offsets, np.log([0.5, 0.5]), atol=1e-6)


@pytest.mark.parametrize("change", [{"targets": "votes"}, {"logit_adjustment": 0.5}, {"refit_classifiers": True}])
def test_affect_learns_no_classes(tiny_config, change):
    start = StartConfig(run_id="a", sha256="0", num_branches=2)
    affect = {"task": "affect", "start": start, "network": tiny_config.network.replace(affect_head=True)}
    with pytest.raises(ConfigError, match="task affect learns no classes"):
        tiny_config.replace(**affect, **change)
