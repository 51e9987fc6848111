"""Training: Algorithm 1 of the paper and its strategies. A ``Course`` yields records and writes nothing.

``fit`` is a whole course as one call, for scripts; the trainer takes a course up where it was left.
"""

from esr_core.training.classifier_refit import refit_classifiers
from esr_core.training.course import Course
from esr_core.training.data import TrainingData
from esr_core.training.distributed import ALONE, Team, team_of_processes
from esr_core.training.evaluation import predict, predict_affect
from esr_core.training.first_branch import first_branch_state, skip_first_branch
from esr_core.training.fit import fit, new_network
from esr_core.training.memory_need import require_memory, training_memory_bytes
from esr_core.training.seeding import seeded

__all__ = [
    "ALONE",
    "Course",
    "Team",
    "TrainingData",
    "first_branch_state",
    "fit",
    "new_network",
    "predict",
    "predict_affect",
    "refit_classifiers",
    "require_memory",
    "seeded",
    "skip_first_branch",
    "team_of_processes",
    "training_memory_bytes",
]
