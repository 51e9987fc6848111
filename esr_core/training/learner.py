"""Gradient descent over an epoch's pictures, with nothing in the loop that waits for the device."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from esr_core.config import TrainingConfig
from esr_core.data.augmentation import augment, draw_changes
from esr_core.errors import ConfigError, TrainingError
from esr_core.networks import ESR
from esr_core.training.batches import epoch_steps
from esr_core.training.compilation import compiled
from esr_core.training.data import TrainingData
from esr_core.training.feed import feed
from esr_core.training.losses import StepLosses
from esr_core.training.phases import set_learning
from esr_core.training.precision import MixedPrecision
from esr_core.training.stage import Stage
from esr_core.training.tasks import task_of

OnStep = Callable[[int], None]  # with the number of pictures that were learned from


class Learner:
    """Trains a network epoch by epoch; what is random in it can be stored and taken up again.

    Raises:
        ConfigError: if the device cannot train in ``config.precision``, or several processes are to train compiled,
            or nothing can be compiled here.
    """

    def __init__(self, config: TrainingConfig, network: ESR, data: TrainingData, on_step: OnStep | None = None) -> None:
        self.config = config
        self.network = network
        self.data = data
        self.on_step = on_step or (lambda _: None)
        self.generator = torch.Generator().manual_seed(config.seed)  # order of pictures and augmentation
        self.precision = MixedPrecision(config.precision, data.device)
        self.task = task_of(config, data)
        if config.compile and data.team.size > 1:
            raise ConfigError("compile must be false for a training in several processes, got true")
        self._compute = compiled(self.task.outputs, data.device) if config.compile else self.task.outputs

    def epoch(self, stage: Stage) -> int:
        """One pass over the pictures of a stage; returns how many.

        Raises:
            TrainingError: if a loss stops being finite; it names branch, epoch and step.
        """
        stage.epoch += 1
        set_learning(self.network, stage.phase)
        team = self.data.team
        outputs_of = team.wrapped(_Outputs(self._compute, self.network, stage), stage.phase.is_interleaved)
        taken, seen = StepLosses(), 0
        steps = epoch_steps(stage.phase, self.data, self.config, self.generator)
        for (learners, indices), pictures, targets in feed(steps, self.data, self.task):
            draws = draw_changes(self.config.augmentation, len(indices), self.generator)[:, team.share(len(indices))]
            images = augment(pictures, self.config.augmentation, draws)
            with self.precision.autocast():
                own = outputs_of(images, learners)
            outputs = team.joined(own, len(indices))
            losses = self.task.losses(outputs, targets)
            self.precision.update(losses.sum(), stage.optimiser)
            stage.running.add(losses, self.task.right(outputs, targets), learners)
            taken.add(losses, learners)
            seen += len(indices)
            self.on_step(len(indices))
        self._require_finite(taken, stage)
        return seen

    def state_dict(self) -> dict[str, Any]:
        """A tensor and plain values."""
        return {"generator": self.generator.get_state(), "precision": self.precision.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.generator.set_state(state["generator"])
        self.precision.load_state_dict(state["precision"])

    def _require_finite(self, taken: StepLosses, stage: Stage) -> None:
        """Look at the losses of the epoch: the first moment that waits for the device."""
        if (place := taken.first_not_finite()) is not None:
            branch, step = place
            raise diverged(
                f"the loss of branch {branch} stopped being a finite number in step {step}", stage, self.config
            )


def diverged(what: str, stage: Stage, config: TrainingConfig) -> TrainingError:
    """What ends a training that is of no more use, and what may help."""
    return TrainingError(
        f"{what} of epoch {stage.epoch} of training branch {stage.phase.branch or 'all'}; a learning_rate below "
        f"{config.learning_rate} may help"
    )


class _Outputs(nn.Module):
    """A task's outputs in a stage as a module, with the parameters that learn in it and nothing else."""

    def __init__(self, compute: Callable[..., Tensor], network: ESR, stage: Stage) -> None:
        super().__init__()
        self.learning = nn.ParameterList(each for each in network.parameters() if each.requires_grad)
        self.compute = partial(compute, network, shared=stage.shared_layers)

    def forward(self, images: Tensor, learners: tuple[int, ...]) -> Tensor:
        """As the task's: (L, B, K)."""
        return self.compute(images, learners)
