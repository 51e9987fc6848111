"""Jobs: processes that make runs."""

from esr_core.jobs.curriculum import require_same_kind, start_from
from esr_core.jobs.demonstration import demonstration_config, prepare_demonstration
from esr_core.jobs.launch import launch, launch_demonstration, stop
from esr_core.jobs.sweep import SweepOutcome, train_sweep
from esr_core.jobs.worker import train_run

__all__ = [
    "SweepOutcome",
    "demonstration_config",
    "launch",
    "launch_demonstration",
    "prepare_demonstration",
    "require_same_kind",
    "start_from",
    "stop",
    "train_run",
    "train_sweep",
]
