"""Bringing pictures to the device: ahead of it, on another thread, where it is not the CPU itself."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from torch import Tensor

from esr_core.training.batches import Step
from esr_core.training.data import TrainingData
from esr_core.training.tasks import Task

STEPS_AHEAD = 2
Fed = tuple[Tensor, Tensor]


def feed(steps: Iterable[Step], data: TrainingData, task: Task) -> Iterator[tuple[Step, Tensor, Tensor]]:
    """Every step with this process's share of its images (b, K, 96, 96) in [0, 1], and all targets, on the device.

    On the CPU a second thread would only take time from the first, so there each step's pictures are read when they
    are due.
    """
    if data.device.type == "cpu":
        for step in steps:
            yield step, *_fetched(step, data, task)
        return
    yield from feed_ahead(steps, data, task)


def feed_ahead(steps: Iterable[Step], data: TrainingData, task: Task) -> Iterator[tuple[Step, Tensor, Tensor]]:
    """Like ``feed``, with the pictures of the next steps being read while the device computes."""
    waiting: deque[tuple[Step, Future[Fed]]] = deque()
    with ThreadPoolExecutor(1) as reader:
        for step in steps:
            waiting.append((step, reader.submit(_fetched, step, data, task)))
            if len(waiting) > STEPS_AHEAD:
                due, fed = waiting.popleft()
                yield due, *fed.result()
        for due, fed in waiting:
            yield due, *fed.result()


def _fetched(step: Step, data: TrainingData, task: Task) -> Fed:
    own = step.indices[data.team.share(len(step.indices))]
    return data.images(own), task.targets(data, step.indices)
