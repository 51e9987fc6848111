"""Jobs: the queue of trainings, the worker that sees to it, and the places where they run."""

from esr_core.jobs.launching import launch, launch_demonstration, prioritise, requeue, stop
from esr_core.jobs.only_worker import ensure_worker
from esr_core.jobs.queue import JobQueue
from esr_core.jobs.ray_connection import connect_to_ray
from esr_core.jobs.slots import machine_slots
from esr_core.jobs.usage import UsageMeter
from esr_core.jobs.worker import Worker

__all__ = [
    "JobQueue",
    "UsageMeter",
    "Worker",
    "connect_to_ray",
    "ensure_worker",
    "launch",
    "launch_demonstration",
    "machine_slots",
    "prioritise",
    "requeue",
    "stop",
]
