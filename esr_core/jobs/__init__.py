"""Jobs: the queue of trainings, the worker that sees to it, and the places where they run."""

from esr_core.jobs.launching import launch, launch_demonstration, prioritise, requeue, stop
from esr_core.jobs.only_worker import ensure_worker, only_worker
from esr_core.jobs.places import backends, place_name, place_of_environment, place_title, require_place
from esr_core.jobs.queue import JobQueue
from esr_core.jobs.slots import machine_slots
from esr_core.jobs.usage import UsageMeter
from esr_core.jobs.worker import Worker

__all__ = [
    "JobQueue",
    "UsageMeter",
    "Worker",
    "backends",
    "ensure_worker",
    "launch",
    "launch_demonstration",
    "machine_slots",
    "only_worker",
    "place_name",
    "place_of_environment",
    "place_title",
    "prioritise",
    "requeue",
    "require_place",
    "stop",
]
