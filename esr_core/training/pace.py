"""How fast a training goes, and how long it still takes."""

import math
import time
from collections.abc import Callable, Sequence

from esr_core.records import Progress
from esr_core.training.workload import Workload

MEMORY_S = 30.0  # measurements as old as this count for a third of new ones
PAUSE = 10.0  # a measurement that took so many times longer than those before holds one, as of Ctrl-Z


class Speed:
    """A moving average of amounts per second.

    The first measurement counts only until there is a second: it holds what is done once, as compiling kernels.
    """

    def __init__(self) -> None:
        self._count = 0
        self._amount = self._seconds = 0.0
        self._was_slow = False  # the last measurement, which was left out

    def add(self, amount: float, seconds: float) -> None:
        """Take in one measurement, but leave out a pause; a machine that has become slower is slow twice."""
        is_slow = self.per_second is not None and seconds * self.per_second > PAUSE * amount
        self._was_slow = is_slow and not self._was_slow
        if self._was_slow:
            return
        self._count += 1
        weight = 0.0 if self._count == 2 else math.exp(-seconds / MEMORY_S)
        self._amount = weight * self._amount + amount
        self._seconds = weight * self._seconds + seconds

    @property
    def per_second(self) -> float | None:
        """None before the first measurement."""
        return self._amount / self._seconds if self._seconds else None


class Pace:
    """Measures a training while it goes on.

    Seconds left are the multiply-adds left at the speed of those done lately, so that phases in which more or fewer
    branches learn count for what they cost. Validation is measured on its own: it neither slows the pictures a second
    down nor is it missing from the time left, which is reckoned from its speed alone until the first step. Nothing here
    waits for the device: on a GPU a step counts when it is submitted, which is at most a queue of kernels ahead.

    Args:
        workloads: of the training's phases, in order.
        clock: seconds from any moment on.
    """

    def __init__(self, workloads: Sequence[Workload], clock: Callable[[], float] = time.perf_counter) -> None:
        self.workloads, self.clock = workloads, clock
        self._underway = 0  # pictures learned from in an epoch that is not over
        self._validated: float | None = None  # share of a validation point that is not over
        self._learned_in: int | None = None  # index of the phase of the last step
        self._pictures = Speed()  # in that phase
        self._learning, self._validating = Speed(), Speed()  # multiply-adds
        self._since = 0.0  # the last step or chunk, by the clock
        self._learning_cost, self._validating_cost = 0, 0  # multiply-adds of a picture, and of a validation point
        self._waited = 0.0  # seconds after the last step of an epoch

    def begin_epoch(self, phase_index: int) -> None:
        """The steps of an epoch come next."""
        if phase_index != self._learned_in:
            self._learned_in, self._pictures = phase_index, Speed()
            self._learning_cost = self.workloads[phase_index].learning
        self._since = self.clock() - self._waited

    def step(self, pictures: int) -> None:
        """A step has been taken."""
        seconds = self._tick()
        self._underway += pictures
        self._pictures.add(pictures, seconds)
        self._learning.add(pictures * self._learning_cost, seconds)

    def end_epoch(self) -> None:
        """The epoch's last step is over on the device, too; what that took counts for the next step."""
        self._waited = self.clock() - self._since
        self._underway = 0

    def begin_validation(self, phase_index: int) -> None:
        """A validation point comes next."""
        self._validated, self._validating_cost = 0.0, self.workloads[phase_index].validating
        self._since = self.clock()

    def validate(self, share: float) -> None:
        """A share of the validation point, in [0, 1], has been validated since the last call."""
        self._validated = (self._validated or 0.0) + share
        self._validating.add(share * self._validating_cost, self._tick())

    def end_validation(self) -> None:
        """The validation point is over."""
        self._validated = None

    def progress(self, phase_index: int, epochs_done: int, images_seen: int) -> Progress:
        """How far the training has come.

        Args:
            phase_index: of the present phase; their number after the last one.
            epochs_done: of all phases.
            images_seen: pictures of these epochs.
        """
        loads, index = self.workloads, min(phase_index, len(self.workloads) - 1)
        epoch = epochs_done - sum(load.epochs for load in loads[:index])
        return Progress(
            branch=loads[index].branch,
            num_branches=loads[-1].branch,
            epoch=epoch,
            num_epochs=loads[index].epochs,
            epochs_done=epochs_done,
            epochs_total=sum(load.epochs for load in loads),
            images_per_second=self._pictures.per_second,
            seconds_left=self._seconds_left(index, epoch),
            images_done=images_seen + self._underway,
            images_total=sum(load.epochs * load.pictures for load in loads),
            validated=self._validated,
        )

    def _seconds_left(self, index: int, epoch: int) -> float | None:
        """Of learning and validating, after so many epochs of a phase; None before anything was measured."""
        learning_speed = self._learning.per_second or self._validating.per_second
        if not learning_speed:
            return None
        present, *later = self.workloads[index:]
        learning = present.learning_left(epoch, self._underway) + sum(load.learning_left() for load in later)
        validating = present.validating_left(epoch) + sum(load.validating_left() for load in later)
        underway = 0.0 if self._validated is None else (1 - self._validated) * self._validating_cost
        return learning / learning_speed + (validating + underway) / (self._validating.per_second or learning_speed)

    def _tick(self) -> float:
        """Seconds since the last step or chunk."""
        since, self._since = self._since, self.clock()
        return self._since - since
