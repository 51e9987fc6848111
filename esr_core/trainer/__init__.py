"""The trainer: the process that makes a run, the one place that knows both training and the run store."""

from esr_core.trainer.curriculum import INHERITED, inherited_settings, require_same_kind, start_from
from esr_core.trainer.demonstration import demonstration_config, prepare_demonstration
from esr_core.trainer.estimate import (
    latest_finished,
    pictures_per_branch,
    sweep_multiply_adds,
    training_overlap,
    training_speed,
)
from esr_core.trainer.sweep import SweepOutcome, train_sweep
from esr_core.trainer.together import failing_together, follow_run
from esr_core.trainer.training_run import train_run

__all__ = [
    "INHERITED",
    "SweepOutcome",
    "demonstration_config",
    "failing_together",
    "follow_run",
    "inherited_settings",
    "latest_finished",
    "pictures_per_branch",
    "prepare_demonstration",
    "require_same_kind",
    "start_from",
    "sweep_multiply_adds",
    "train_run",
    "train_sweep",
    "training_overlap",
    "training_speed",
]
