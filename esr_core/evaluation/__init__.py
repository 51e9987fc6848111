"""How good stored runs are, on their own pictures or on another set, and whether groups of them can be told apart."""

from esr_core.evaluation.annotators import BesideAnnotators, beside_annotators
from esr_core.evaluation.asking import (
    SET_PARTS,
    Pictures,
    compute_and_store_logits,
    compute_logits,
    cross_set_key,
    labelled_pictures,
    stored_logits,
)
from esr_core.evaluation.atlas import AtlasFaces, AtlasStore, atlas_faces, compare_atlases
from esr_core.evaluation.atlas_tables import BOUNDS, likeness_table, map_names, share_table
from esr_core.evaluation.class_join import ANSWERS, UNKNOWN_CLASSES, JoinRules
from esr_core.evaluation.costs import COSTS, MEASURED_TIME, Cost
from esr_core.evaluation.cross_set import CrossEvaluation, evaluate_cross_set
from esr_core.evaluation.diversity import (
    Ensemble,
    by_class,
    diversity_numbers,
    diversity_table,
    ensemble_of,
    kappa_and_error,
    pair_matrix,
)
from esr_core.evaluation.frontier import FrontierPoint, frontier_table, paper_table, pareto_front
from esr_core.evaluation.groups import Group, groups_of, repeated_groups
from esr_core.evaluation.licence import licence_of
from esr_core.evaluation.model_card import model_card
from esr_core.evaluation.paper_results import PAPER_RESULTS, PaperResult
from esr_core.evaluation.people import People, people_of
from esr_core.evaluation.provenance import provenance
from esr_core.evaluation.qualities import ACCURACY, QUALITIES, Quality
from esr_core.evaluation.report import Evaluation, evaluate
from esr_core.evaluation.seen import SeenPictures, seen_pictures, stored_warning
from esr_core.evaluation.side_by_side import reading_notes, stacked
from esr_core.evaluation.trials import TESTS, Trial, comparison_table, spread_table, stored_trial, trial_of

__all__ = [
    "ACCURACY",
    "ANSWERS",
    "BOUNDS",
    "COSTS",
    "MEASURED_TIME",
    "PAPER_RESULTS",
    "QUALITIES",
    "SET_PARTS",
    "TESTS",
    "UNKNOWN_CLASSES",
    "AtlasFaces",
    "AtlasStore",
    "BesideAnnotators",
    "Cost",
    "CrossEvaluation",
    "Ensemble",
    "Evaluation",
    "FrontierPoint",
    "Group",
    "JoinRules",
    "PaperResult",
    "People",
    "Pictures",
    "Quality",
    "SeenPictures",
    "Trial",
    "atlas_faces",
    "beside_annotators",
    "by_class",
    "compare_atlases",
    "comparison_table",
    "compute_and_store_logits",
    "compute_logits",
    "cross_set_key",
    "diversity_numbers",
    "diversity_table",
    "ensemble_of",
    "evaluate",
    "evaluate_cross_set",
    "frontier_table",
    "groups_of",
    "kappa_and_error",
    "labelled_pictures",
    "licence_of",
    "likeness_table",
    "map_names",
    "model_card",
    "pair_matrix",
    "paper_table",
    "pareto_front",
    "people_of",
    "provenance",
    "reading_notes",
    "repeated_groups",
    "seen_pictures",
    "share_table",
    "spread_table",
    "stacked",
    "stored_logits",
    "stored_trial",
    "stored_warning",
    "trial_of",
]
