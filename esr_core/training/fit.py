"""Algorithm 1 of the paper: train an ensemble branch by branch and yield a record at every validation point."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from esr_core.config import TrainingConfig
from esr_core.data.augmentation import augment
from esr_core.errors import TrainingError
from esr_core.networks import ESR
from esr_core.records import EpochRecord, Progress, is_better
from esr_core.training.data import TrainingData
from esr_core.training.evaluation import evaluate, predict
from esr_core.training.losses import RunningLoss, branch_losses
from esr_core.training.phases import Phase, is_interleaved, parameter_groups, plan, set_learning

OnProgress = Callable[[Progress], None]


def new_network(config: TrainingConfig) -> ESR:
    """The untrained network a training starts from: one branch, or all of them when interleaved.

    The same configuration gives the same weights; the caller's random state is left alone.
    """
    branches = config.network.num_branches if is_interleaved(config) else 1
    with _seeded(config.seed, 1):
        return ESR.from_config(config.network.replace(num_branches=branches))


def fit(
    config: TrainingConfig, network: ESR, data: TrainingData, on_progress: OnProgress | None = None
) -> Iterator[EpochRecord]:
    """Train ``network`` in place; write nothing.

    Args:
        config: what to do; ``config.device`` is not looked at, the data's device is used.
        network: as ``new_network`` gives it.
        data: pictures and parts.
        on_progress: called after every epoch; an exception it raises ends the training.

    Yields:
        A record at every validation point, epoch 0 (before any update) included. While the caller holds a record,
        ``network`` has the weights it speaks of; after the last one it has those of the best ensemble.

    Raises:
        TrainingError: if the network has the wrong number of branches or a loss stops being finite.

    Source: paper, Algorithm 1.
    """
    expected = config.network.num_branches if is_interleaved(config) else 1
    if len(network.branches) != expected:
        raise TrainingError(f"network must come with {expected} branches to start from, got {len(network.branches)}")
    network.set_normalisation(*data.mean_and_std())
    network.to(device=data.device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in the stubs
    course = _Course(config, network, data, on_progress or _unwatched)
    try:
        for phase in course.phases:
            if phase.branch > 1:
                with _seeded(config.seed, phase.branch):
                    network.add_branch().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            yield from course.run(phase)
    finally:
        network.eval().requires_grad_(True)


class _Course:
    """A training on its way: what is counted from the first epoch to the last."""

    def __init__(self, config: TrainingConfig, network: ESR, data: TrainingData, on_progress: OnProgress) -> None:
        self.config = config
        self.network = network
        self.data = data
        self.on_progress = on_progress
        self.phases = plan(config)
        self.generator = torch.Generator().manual_seed(config.seed)  # order of pictures and augmentation
        self.epochs_done = 0
        self.images_seen = 0
        self.seconds = 0.0

    def run(self, phase: Phase) -> Iterator[EpochRecord]:
        """Train one phase; the network ends with the phase's best ensemble."""
        config = self.config
        optimiser = torch.optim.SGD(parameter_groups(self.network, phase, config), momentum=config.momentum)
        decay = torch.optim.lr_scheduler.StepLR(optimiser, config.decay_every_epochs, config.decay_factor)
        best: EpochRecord | None = None
        best_weights: dict[str, Tensor] = {}
        running = self._running_loss()
        yield self._record(phase, 0, optimiser, running)
        for epoch in range(1, phase.epochs + 1):
            self._epoch(phase, epoch, optimiser, running)
            if epoch % config.validate_every_epochs == 0 or epoch == phase.epochs:
                record = self._record(phase, epoch, optimiser, running)
                running = self._running_loss()
                if is_better(record, best):
                    best, best_weights = record, _copy_weights(self.network)
                yield record
            decay.step()
        self.network.load_state_dict(best_weights)

    def _epoch(self, phase: Phase, epoch: int, optimiser: torch.optim.Optimizer, running: RunningLoss) -> None:
        """One pass over the phase's pictures."""
        started, seen_before = time.perf_counter(), self.images_seen
        set_learning(self.network, phase)
        for learners, indices in self._steps(phase):
            images = augment(self.data.images(indices), self.config.augmentation, self.generator)
            losses = branch_losses(self.network, images, self.data.targets(indices), learners, phase.shared_learns)
            optimiser.zero_grad(set_to_none=True)
            losses.sum().backward()
            optimiser.step()
            running.add(losses, learners)
            self.images_seen += len(indices)
        elapsed = time.perf_counter() - started
        self.seconds += elapsed
        self.epochs_done += 1
        self.on_progress(self._progress(phase, epoch, (self.images_seen - seen_before) / elapsed, elapsed))

    def _steps(self, phase: Phase) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
        """Who learns from which pictures, step by step."""
        if not phase.is_interleaved:
            pictures = self.data.branches[phase.branch - 1]
            yield from ((phase.learners, batch) for batch in self._batches(pictures))
            return
        pictures_of = [self._interleaved(learner) for learner in phase.learners]
        for turn in zip(*map(self._batches, pictures_of), strict=True):
            yield from (((learner,), batch) for learner, batch in zip(phase.learners, turn, strict=True))

    def _interleaved(self, learner: int) -> np.ndarray:
        """All training folds, unless each branch has a balanced subset of its own; these are of equal size."""
        balanced = self.config.protocol.balance != "none"
        return self.data.branches[learner] if balanced else self.data.training

    def _batches(self, indices: np.ndarray) -> list[np.ndarray]:
        """The pictures in random order, cut into batches; a last one of a single picture joins the one before."""
        order = indices[torch.randperm(len(indices), generator=self.generator).numpy()]
        cuts = list(range(self.config.batch_size, len(order), self.config.batch_size))
        if cuts and len(order) - cuts[-1] == 1:  # batch norm has no variance of a single picture
            cuts.pop()
        return np.split(order, cuts)

    def _running_loss(self) -> RunningLoss:
        return RunningLoss(len(self.network.branches), self.data.device)

    def _record(self, phase: Phase, epoch: int, optimiser: torch.optim.Optimizer, running: RunningLoss) -> EpochRecord:
        training_loss = running.means()
        self._require_finite(training_loss, phase, epoch)
        validation = self.data.parts.validation
        result = evaluate(predict(self.network, self.data, validation), self.data.labels[validation])
        return EpochRecord(
            branch=phase.branch,
            epoch=epoch,
            training_loss=training_loss,
            loss=result.loss,
            accuracy=result.accuracy,
            ensemble_accuracy=result.ensemble_accuracy,
            mean_probability_accuracy=result.mean_probability_accuracy,
            learning_rate=optimiser.param_groups[-1]["lr"],
            images_seen=self.images_seen,
            seconds=round(self.seconds, 3),
        )

    def _require_finite(self, losses: tuple[float | None, ...], phase: Phase, epoch: int) -> None:
        for branch, loss in enumerate(losses, start=1):
            if loss is not None and not math.isfinite(loss):
                raise TrainingError(
                    f"the loss of branch {branch} stopped being a finite number by epoch {epoch} of training branch "
                    f"{phase.branch or 'all'}; a learning_rate below {self.config.learning_rate} may help"
                )

    def _progress(self, phase: Phase, epoch: int, images_per_second: float, epoch_seconds: float) -> Progress:
        total = sum(each.epochs for each in self.phases)
        num_branches = self.config.network.num_branches
        return Progress(
            branch=phase.branch or num_branches,
            num_branches=num_branches,
            epoch=epoch,
            num_epochs=phase.epochs,
            epochs_done=self.epochs_done,
            epochs_total=total,
            images_per_second=images_per_second,
            seconds_left=(total - self.epochs_done) * epoch_seconds,
        )


@contextmanager
def _seeded(seed: int, branch: int) -> Iterator[None]:
    """Inside, torch's random state depends on the two numbers alone; outside, it is as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(np.random.SeedSequence((seed, branch)).generate_state(1, np.uint64)[0]) >> 1)
        yield


def _copy_weights(network: ESR) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def _unwatched(_: Progress) -> None:
    """Progress that nobody watches."""
