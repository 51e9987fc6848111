"""How good stored runs are, on their own pictures or on another set, and whether groups of them can be told apart."""

from esr_core.evaluation.asking import (
    SET_PARTS,
    Pictures,
    computed_logits,
    cross_set_key,
    labelled_pictures,
    stored_logits,
)
from esr_core.evaluation.class_join import ANSWERS, UNKNOWN_CLASSES, JoinRules
from esr_core.evaluation.cross_set import CrossEvaluation, evaluate_cross_set
from esr_core.evaluation.groups import Group, groups_of
from esr_core.evaluation.model_card import model_card
from esr_core.evaluation.people import People, people_of
from esr_core.evaluation.report import Evaluation, evaluate
from esr_core.evaluation.seen import SeenPictures, seen_pictures, stored_warning
from esr_core.evaluation.trials import TESTS, Trial, comparison_table, spread_table, trial_of

__all__ = [
    "ANSWERS",
    "SET_PARTS",
    "TESTS",
    "UNKNOWN_CLASSES",
    "CrossEvaluation",
    "Evaluation",
    "Group",
    "JoinRules",
    "People",
    "Pictures",
    "SeenPictures",
    "Trial",
    "comparison_table",
    "computed_logits",
    "cross_set_key",
    "evaluate",
    "evaluate_cross_set",
    "groups_of",
    "labelled_pictures",
    "model_card",
    "people_of",
    "seen_pictures",
    "spread_table",
    "stored_logits",
    "stored_warning",
    "trial_of",
]
