"""How good stored runs are, and whether groups of them can be told apart: records and predictions in, tables out."""

from esr_core.evaluation.groups import Group, groups_of
from esr_core.evaluation.people import People, people_of
from esr_core.evaluation.report import Evaluation, evaluate
from esr_core.evaluation.trials import TESTS, Trial, comparison_table, spread_table, trial_of

__all__ = [
    "TESTS",
    "Evaluation",
    "Group",
    "People",
    "Trial",
    "comparison_table",
    "evaluate",
    "groups_of",
    "people_of",
    "spread_table",
    "trial_of",
]
