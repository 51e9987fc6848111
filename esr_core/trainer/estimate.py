"""How long a training will take: its arithmetic, at the speed of the trainings before it."""

import statistics
from collections.abc import Iterable, Sequence
from itertools import islice

import numpy as np

from esr_core.config import TrainingConfig
from esr_core.data.duplicates import Overlap
from esr_core.data.prepared import PreparedSet
from esr_core.data.protocols import Parts, choose_parts
from esr_core.errors import RunError
from esr_core.records import RunInfo
from esr_core.run_store import RunStore
from esr_core.training.batches import learned_from
from esr_core.training.data import divided
from esr_core.training.first_branch import first_branch_settings
from esr_core.training.phases import plan
from esr_core.training.workload import learning_multiply_adds

LOOK_AT = 5  # of the latest finished runs


def pictures_per_branch(config: TrainingConfig, prepared: PreparedSet) -> tuple[int, ...]:
    """How many pictures each branch learns from.

    Raises:
        DataError: if the data cannot be divided as the configuration asks; nothing is trained then, either.
    """
    _parts, learned = _divided(config, prepared)
    return tuple(len(indices) for indices in learned)


def training_overlap(config: TrainingConfig, prepared: PreparedSet) -> Overlap:
    """Which pictures a training will be measured on although it learns from them.

    Raises:
        DataError: if the data cannot be divided as the configuration asks.
    """
    return Overlap.of(prepared.marked_labels(), *_divided(config, prepared))


def training_multiply_adds(config: TrainingConfig, pictures: Sequence[int]) -> float:
    """Multiply-adds of a whole training, without validation.

    Args:
        config: of the training.
        pictures: that each branch learns from.
    """
    total = 0.0
    for phase in plan(config):
        # Interleaved, each picture teaches one branch.
        count = sum(pictures) if phase.is_interleaved else pictures[phase.branch - 1]
        total += phase.epochs * count * learning_multiply_adds(config, phase)
    return total


def sweep_multiply_adds(configs: Sequence[TrainingConfig], pictures: Sequence[Sequence[int]]) -> float:
    """Multiply-adds of trainings one after another: first branches that are the same are trained once.

    Args:
        configs: of the trainings, on one prepared set.
        pictures: for each of them, how many each branch learns from.
    """
    total, trained = 0.0, set()
    for config, of_branches in zip(configs, pictures, strict=True):
        total += training_multiply_adds(config, of_branches)
        settings = first_branch_settings(config)
        first = (settings, config.protocol, of_branches[0])
        if settings is not None and first in trained:
            total -= training_multiply_adds(settings, of_branches[:1])
        trained.add(first)
    return total


def training_speed(store: RunStore, runs: Iterable[RunInfo], device: str) -> float | None:
    """Multiply-adds a second of trainings on a device of that kind: the median of the latest finished ones.

    Args:
        store: of the runs.
        runs: in it, the latest first.
        device: such as ``cpu`` or ``cuda:1``.

    Returns:
        None where none has finished; dividing ``training_multiply_adds`` by it gives seconds without validation.
    """
    speeds = [speed for run in latest_finished(runs, device) if (speed := _speed(store, run)) is not None]
    return statistics.median(speeds) if speeds else None


def latest_finished(runs: Iterable[RunInfo], device: str) -> list[RunInfo]:
    """The runs whose speed foretells that of the next training on a device of that kind.

    Args:
        runs: the latest first.
        device: such as ``cpu`` or ``cuda:1``.
    """
    finished = (run for run in runs if run.status.state == "finished")
    alike = (run for run in finished if run.config and _kind(run.config.device) == _kind(device))
    return list(islice(alike, LOOK_AT))


def _divided(config: TrainingConfig, prepared: PreparedSet) -> tuple[Parts, tuple[np.ndarray, ...]]:
    """The parts, and the pictures that each branch learns from."""
    parts = choose_parts(prepared.labels, config.protocol, prepared.card.class_names, config.seed)
    parts, branches = divided(config, prepared.labels, parts)
    return parts, learned_from(config, np.concatenate(parts.training), branches)


def _speed(store: RunStore, run: RunInfo) -> float | None:
    """Multiply-adds a second of a finished run; None of one that is damaged, or too old to say."""
    if run.config is None:
        return None
    try:
        parts, history = store.parts(run.run_id), store.history(run.run_id)
        branches = range(1, run.config.network.num_branches + 1)
        pictures = [len(parts[f"training of branch {branch}"]) for branch in branches]
    except (RunError, KeyError):
        return None
    if not history or history[-1].seconds <= 0:
        return None
    return training_multiply_adds(run.config, pictures) / history[-1].seconds


def _kind(device: str) -> str:
    return device.partition(":")[0]
