"""What the phases of a training ask for: pictures, and the multiply-adds of learning and of validating."""

from dataclasses import dataclass

from esr_core.config import TrainingConfig
from esr_core.networks.cost import multiply_adds_of_parts
from esr_core.training.batches import epoch_pictures
from esr_core.training.data import TrainingData
from esr_core.training.phases import Phase, is_validation_point, plan, starting_branches

BACKWARD = 2  # a backward pass costs about two forward passes


@dataclass(frozen=True, slots=True)
class Workload:
    """Of one phase."""

    branch: int  # being trained, counted from 1; the last where all are
    epochs: int
    pictures: int  # learned from in an epoch
    learning: int  # multiply-adds of learning from one picture
    points: tuple[int, ...]  # epochs with a validation point, in order; 0 = before any update
    validating: int  # multiply-adds of one validation point

    def learning_left(self, epochs_done: int = 0, images_underway: int = 0) -> int:
        """Multiply-adds of learning after so many epochs, and so many pictures of the next one."""
        return self.learning * (self.pictures * (self.epochs - epochs_done) - images_underway)

    def validating_left(self, epochs_done: int | None = None) -> int:
        """Multiply-adds of the validation points after so many epochs; None = of all, epoch 0 included."""
        return self.validating * sum(epochs_done is None or epoch > epochs_done for epoch in self.points)


def workloads(config: TrainingConfig, data: TrainingData) -> tuple[Workload, ...]:
    """The workload of each phase of a training, in order."""
    return tuple(_workload(config, data, phase) for phase in plan(config))


def _workload(config: TrainingConfig, data: TrainingData, phase: Phase) -> Workload:
    branches = max(phase.branch, starting_branches(config))  # that there are
    shared, branch = multiply_adds_of_parts(config.network)
    return Workload(
        branch=phase.branch or config.network.num_branches,
        epochs=phase.epochs,
        pictures=epoch_pictures(phase, data, config),
        learning=learning_multiply_adds(config, phase),
        points=tuple(each for each in range(phase.epochs + 1) if is_validation_point(config, each, phase.epochs)),
        # The first point of a phase asks the branches that stay as they are, too, and the others do not.
        validating=len(data.parts.validation) * (shared + (branches - phase.num_unchanged) * branch),
    )


def learning_multiply_adds(config: TrainingConfig, phase: Phase) -> int:
    """Multiply-adds of learning from one picture in a phase: forward everywhere, backward where something learns."""
    shared, branch = multiply_adds_of_parts(config.network)
    learners = 1 if phase.is_interleaved else len(phase.learners)  # interleaved, each picture teaches one branch
    trunk = shared * (1 + BACKWARD * phase.shared_learns)
    return trunk + learners * branch * (1 + BACKWARD * (not phase.heads_only))
