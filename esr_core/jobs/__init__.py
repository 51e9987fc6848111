"""Jobs: the queue of trainings, the worker that sees to it, and the processes that make runs."""

from esr_core.jobs.curriculum import require_same_kind, start_from
from esr_core.jobs.demonstration import demonstration_config, prepare_demonstration
from esr_core.jobs.estimate import (
    pictures_per_branch,
    sweep_multiply_adds,
    training_overlap,
    training_speed,
)
from esr_core.jobs.launching import launch, launch_demonstration, prioritise, requeue, stop
from esr_core.jobs.only_worker import ensure_worker
from esr_core.jobs.queue import JobQueue
from esr_core.jobs.ray_connection import connect_to_ray
from esr_core.jobs.slots import machine_slots
from esr_core.jobs.sweep import SweepOutcome, train_sweep
from esr_core.jobs.together import failing_together, follow_run
from esr_core.jobs.trainer import train_run
from esr_core.jobs.usage import UsageMeter
from esr_core.jobs.worker import Worker

__all__ = [
    "JobQueue",
    "SweepOutcome",
    "UsageMeter",
    "Worker",
    "connect_to_ray",
    "demonstration_config",
    "ensure_worker",
    "failing_together",
    "follow_run",
    "launch",
    "launch_demonstration",
    "machine_slots",
    "pictures_per_branch",
    "prepare_demonstration",
    "prioritise",
    "requeue",
    "require_same_kind",
    "start_from",
    "stop",
    "sweep_multiply_adds",
    "train_run",
    "train_sweep",
    "training_overlap",
    "training_speed",
]
