"""The engine does the mathematics of a plain loop: no channels-last, no frozen graph, no running sums on the device."""

import inspect
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from esr_core.config import TrainingConfig
from esr_core.networks import ESR
from esr_core.training import TrainingData
from esr_core.training.batches import epoch_steps
from esr_core.training.learner import Learner
from esr_core.training.phases import plan
from esr_core.training.stage import Stage

pytestmark = pytest.mark.usefixtures("narrow_networks")

DOCUMENT = Path(__file__).parents[3] / "docs" / "architecture.md"
EPOCHS, STEPS = 10, 20  # two batches of six pictures in each epoch


class Recording(Learner):
    """A learner that keeps the losses of its steps."""

    def __init__(self, *arguments) -> None:
        super().__init__(*arguments)
        self.losses: list[torch.Tensor] = []
        compute = self.task.losses

        def losses(outputs, targets):
            self.losses.append(compute(outputs, targets))
            return self.losses[-1]

        self.task.losses = losses


def two_branches(config: TrainingConfig) -> ESR:
    torch.manual_seed(5)
    return ESR.from_config(config.network)


def fast_losses(config: TrainingConfig, data: TrainingData) -> list[list[float]]:
    network = two_branches(config).to(memory_format=torch.channels_last)
    stage = Stage(plan(config)[1], network, config, data.device)
    learner = Recording(config, network, data)
    for _ in range(EPOCHS):
        learner.epoch(stage)
    return [losses.tolist() for losses in learner.losses]


def plain_losses(config: TrainingConfig, data: TrainingData, rates: dict[str, float]) -> list[list[float]]:
    """Written from the paper: a loop over batches, a loop over branches, one optimiser, a rate for each part."""
    network = two_branches(config)
    parts = {"shared": network.shared, "trained": network.branches[0], "new": network.branches[1]}
    groups = [{"params": parts[name].parameters(), "lr": rate} for name, rate in rates.items() if rate]
    optimiser = torch.optim.SGD(groups, momentum=0.9)
    for name, part in parts.items():
        part.train(bool(rates[name]))
    generator, (_, phase) = torch.Generator().manual_seed(config.seed), plan(config)
    recorded = []
    for _ in range(EPOCHS):
        for step in epoch_steps(phase, data, config, generator):
            torch.rand(7, len(step.indices), generator=generator)  # what the augmentation draws, though it is off
            pictures = torch.tensor(data.pictures[step.indices]).permute(0, 3, 1, 2).float() / 255
            labels = torch.tensor(data.labels[step.indices])
            features = network.shared(pictures)
            losses = [nn.CrossEntropyLoss()(network.branches[n](features), labels) for n in step.learners]
            optimiser.zero_grad()
            sum(losses).backward()
            optimiser.step()
            recorded.append([loss.item() for loss in losses])
    return recorded


@pytest.mark.parametrize(
    ("strategy", "rates"),
    [
        ("fixed", {"shared": 0.1, "trained": 0.1, "new": 0.1}),
        ("varied", {"shared": 0.1, "trained": 0.02, "new": 0.1}),
        ("frozen", {"shared": 0.0, "trained": 0.0, "new": 0.1}),
    ],
)
def test_the_losses_of_the_first_twenty_steps_are_those_of_a_plain_loop(strategy, rates, tiny_config, tiny_data):
    config = tiny_config.replace(strategy=strategy)
    fast, plain = fast_losses(config, tiny_data), plain_losses(config, tiny_data, rates)
    assert len(fast) == len(plain) == STEPS
    assert len(fast[0]) == (1 if strategy == "frozen" else 2)
    np.testing.assert_allclose(fast, plain, atol=1e-4)
    assert np.ptp(np.array(fast)[:, -1]) > 0.1, "nothing was learned that could have differed"


def test_the_loop_is_the_one_that_the_architecture_document_shows():
    assert f"```python\n{inspect.getsource(plain_losses)}```" in DOCUMENT.read_text(encoding="utf-8")


def test_other_rates_give_other_losses(tiny_config, tiny_data):
    """That the test above can fail."""
    config = tiny_config.replace(strategy="varied")
    plain = plain_losses(config, tiny_data, {"shared": 0.1, "trained": 0.1, "new": 0.1})
    assert np.abs(np.array(fast_losses(config, tiny_data)) - plain).max() > 1e-3
