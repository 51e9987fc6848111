"""A training on its way, branch by branch: it can be stopped at the end of any epoch and taken up again."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import torch

from esr_core.config import TrainingConfig
from esr_core.errors import TrainingError
from esr_core.networks import ESR
from esr_core.records import EpochRecord, Progress
from esr_core.training.batch_norm import join_batch_norm
from esr_core.training.data import TrainingData
from esr_core.training.evaluation import Evaluation, evaluate
from esr_core.training.learner import Learner, diverged
from esr_core.training.memory import memory_explained
from esr_core.training.pace import Pace
from esr_core.training.phases import Phase, is_validation_point, plan, starting_branches
from esr_core.training.seeding import draw_branch, seeded
from esr_core.training.stage import Stage
from esr_core.training.workload import workloads

OnProgress = Callable[[Progress], None]
OnMoment = Callable[[], None]
COUNTERS = ("phase_index", "num_records", "epochs_done", "images_seen", "seconds")


class Course:
    """Algorithm 1 of the paper as something that can be stopped, stored and taken up again.

    Iterating yields a record at every validation point, epoch 0 (before any update) included. While the caller holds a
    record, ``network`` has the weights it speaks of; after the last one it has those of the best ensemble.

    ``state_dict`` may be taken while a record is held and within ``on_progress``. A course of the same configuration
    and data that loads it ends as if nothing had stopped: on a CPU with the same number of threads, bit for bit.

    Args:
        config: what to do; ``config.device`` is not looked at, the data's device is used.
        network: as ``new_network`` gives it, or the trained one that ``config.start`` names; trained in place.
        data: pictures and parts.
        on_progress: called after every epoch; an exception it raises ends the training.
        on_step: called after every step of an epoch; after an exception that it raises, the course is of no more use.
        on_chunk: called in validation, after every few pictures; otherwise as ``on_step``. Processes of a team have
            different numbers of chunks.

    Raises:
        ConfigError: if the device cannot train in ``config.precision``.
        TrainingError: if the network has the wrong number of branches; while iterating, if a loss stops being finite
            or memory runs out.
    """

    def __init__(
        self,
        config: TrainingConfig,
        network: ESR,
        data: TrainingData,
        on_progress: OnProgress | None = None,
        on_step: OnMoment | None = None,
        on_chunk: OnMoment | None = None,
    ) -> None:
        if len(network.branches) != (count := starting_branches(config)):
            raise TrainingError(f"network must come with {count} branches to start from, got {len(network.branches)}")
        self.config, self.network, self.data = config, network, data
        self.on_progress = on_progress or (lambda _: None)
        self.on_step, self.on_chunk = on_step or (lambda: None), on_chunk or (lambda: None)
        self.phases = plan(config)
        self.pace = Pace(workloads(config, data))
        self.phase_index = 0
        self.num_records = 0
        self.epochs_done = 0
        self.images_seen = 0
        self.seconds = 0.0  # of training, without validation
        self.stage: Stage | None = None  # None before the first phase, and between two
        self.learner = Learner(config, network, data, self._after_step)
        self.to_device()
        if data.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(data.device)  # of an earlier training in this process

    def __iter__(self) -> Iterator[EpochRecord]:
        """Train from where it stands to the end."""
        try:
            with memory_explained(self.config, self.data.device):
                if self.stage is None and self.phase_index == 0 and self.config.start is None:
                    self.network.set_normalisation(*self.data.mean_and_std())  # a trained ensemble keeps its own
                while self.phase_index < len(self.phases):
                    yield from self._run(self.phases[self.phase_index])
                    self.phase_index += 1
        finally:
            self.network.eval().requires_grad_(True)

    def is_milestone(self, record: EpochRecord) -> bool:
        """Whether the weights of a validation point are to be kept."""
        is_last = record.epoch == self.phases[self.phase_index].epochs
        return bool(self.config.milestones) and (is_last or record.epoch in self.config.milestones)

    @property
    def best(self) -> EpochRecord | None:
        """The best validation point of the branch being trained."""
        return self.stage.best if self.stage else None

    def progress(self) -> Progress:
        """How far it has come, within an epoch too; asking does not wait for the device."""
        return self.pace.progress(self.phase_index, self.epochs_done, self.images_seen)

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to go on: tensors and plain values, so that it can be read without unpickling."""
        return {
            **{name: getattr(self, name) for name in COUNTERS},
            "learner": self.learner.state_dict(),
            "num_branches": len(self.network.branches),
            "network": self.network.state_dict(),
            "stage": self.stage.state_dict() if self.stage else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Stand where another course of the same configuration stood when its state was taken."""
        while len(self.network.branches) < state["num_branches"]:
            self.network.add_branch()
        self.to_device()
        self.network.load_state_dict(state["network"])
        self.learner.load_state_dict(state["learner"])
        for name in COUNTERS:
            setattr(self, name, state[name])
        if state["stage"] is not None:
            self.stage = Stage(self.phases[self.phase_index], self.network, self.config, self.data.device)
            self.stage.load_state_dict(state["stage"])

    def to_device(self) -> None:
        """Move the network to the data's device, in the memory format that trains fastest there."""
        join_batch_norm(self.network, self.data.team)
        self.network.to(device=self.data.device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # not in the stubs

    def _run(self, phase: Phase) -> Iterator[EpochRecord]:
        """Train one phase, or the rest of it; the network ends with the phase's best ensemble."""
        if self.stage is None:
            _add_new_branch(self.network, phase, self.config.seed)
            self.to_device()
            self.stage = Stage(phase, self.network, self.config, self.data.device)
            yield self._record(self.stage)
        stage = self.stage
        while stage.epoch < phase.epochs:
            self._epoch(stage)
            record = self._record(stage) if is_validation_point(self.config, stage.epoch, phase.epochs) else None
            stage.decay.step()
            if record is not None:
                yield record
            self.on_progress(self.progress())
        stage.restore_best(self.network)
        self.stage = None

    def _epoch(self, stage: Stage) -> None:
        """Train for one epoch and count it."""
        started = time.perf_counter()
        self.pace.begin_epoch(self.phase_index)
        self.images_seen += self.learner.epoch(stage)
        self.pace.end_epoch()
        self.seconds += time.perf_counter() - started
        self.epochs_done += 1

    def _after_step(self, pictures: int) -> None:
        self.pace.step(pictures)
        self.on_step()

    def _after_chunk(self, share: float) -> None:
        self.pace.validate(share)
        self.on_chunk()

    def _record(self, stage: Stage) -> EpochRecord:
        """Validate, compare with the best, and start new running means."""
        self.pace.begin_validation(self.phase_index)
        result = evaluate(self.network, self.data, self.data.parts.validation, self._after_chunk, stage.kept_logits)
        self.pace.end_validation()
        _require_finite(result, stage, self.config)
        record = _point(self, stage, result)
        self.num_records += 1
        stage.take_in(record, self.network, self.images_seen, self.seconds)
        return record


def _require_finite(result: Evaluation, stage: Stage, config: TrainingConfig) -> None:
    """Look at the losses of a validation point: what the last step has done is in no loss of training."""
    for branch, loss in enumerate(result.loss, start=1):
        if not math.isfinite(loss):
            raise diverged(f"the validation loss of branch {branch} is not finite at the end", stage, config)


def _point(course: Course, stage: Stage, result: Evaluation) -> EpochRecord:
    """What a validation point has found, and what was learned since the last one."""
    training, rates, device = stage.running.means(), stage.learning_rates(), course.data.device
    return EpochRecord(
        branch=stage.phase.branch,
        epoch=stage.epoch,
        training_loss=training.loss,
        training_accuracy=training.accuracy,
        learning_rate=rates.newest_branch,
        shared_learning_rate=rates.shared,
        trained_branch_learning_rate=rates.trained_branches,
        images_seen=course.images_seen,
        seconds=round(course.seconds, 3),
        images_per_second=stage.images_per_second(course.images_seen, course.seconds),
        device_memory_bytes=torch.cuda.max_memory_allocated(device) if device.type == "cuda" else None,
        **asdict(result),  # its fields are the record's
    )


def _add_new_branch(network: ESR, phase: Phase, seed: int) -> None:
    """The branch a phase is for, unless it is there already."""
    if phase.adds_branch:
        with seeded(seed):
            network.add_branch()
        draw_branch(network, phase.branch - 1, seed)
