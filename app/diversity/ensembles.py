"""The picked runs whose diversity page Diversity draws, and why not that of the others."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from app import answers
from esr_core import evaluation
from esr_core.errors import EsrError
from esr_core.evaluation import BesideAnnotators, Ensemble, diversity_numbers, ensemble_of, pair_matrix
from esr_core.metrics.diversity.measures import Measure


def ensembles(run_ids: Sequence[str], part: str) -> tuple[dict[str, Ensemble], list[str]]:
    """The picked runs whose diversity can be measured on a part, and a sentence about each of the others."""
    able, reasons = {}, []
    for run in map(answers.run, run_ids):
        try:
            able[run.run_id] = ensemble_of(run, answers.predictions(run.run_id, part), part)
        except EsrError as error:
            reasons.append(f"{error}.")
    return able, reasons


def class_names(ensembles: Mapping[str, Ensemble]) -> list[str]:
    """Every class that one of the ensembles knows."""
    return list(dict.fromkeys(name for ensemble in ensembles.values() for name in ensemble.predictions.class_names))


def decide_on_the_same(ensembles: Mapping[str, Ensemble]) -> bool:
    """Whether all ensembles were asked about the same pictures."""
    return len({frozenset(ensemble.predictions.ids) for ensemble in ensembles.values()}) < 2


def measurable(ensembles: Mapping[str, Ensemble], measure: Measure) -> tuple[dict[str, Ensemble], list[str]]:
    """The ensembles that a pairwise measure can be taken of, and a sentence about each of the others.

    One that needs features needs the network, and the pictures it was asked about.
    """
    able, reasons = {}, []
    for run_id, ensemble in ensembles.items():
        try:
            _matrix(ensemble, measure, None)
        except EsrError as error:
            reasons.append(f"{ensemble.run.title} has no {measure.name}: {error}")
        else:
            able[run_id] = ensemble
    return able, reasons


def matrices(ensembles: Mapping[str, Ensemble], measure: Measure, class_name: str | None) -> dict[str, np.ndarray]:
    """A pairwise measure of each ensemble, (N, N) by run, on the pictures of a class or all of them."""
    return {run_id: _matrix(ensemble, measure, class_name) for run_id, ensemble in ensembles.items()}


def by_class(ensembles: Mapping[str, Ensemble], measure: Measure) -> pd.DataFrame:
    """As ``esr_core.evaluation.by_class``, features being asked of the runs' networks."""
    return evaluation.by_class(ensembles, measure, answers.branch_features)


def number_table(ensembles: Mapping[str, Ensemble], names: Mapping[str, str]) -> pd.DataFrame:
    """A row for each measure that predictions suffice for, a column for each run under its name."""
    numbers = {names[run_id]: diversity_numbers(ensemble.predictions) for run_id, ensemble in ensembles.items()}
    return evaluation.diversity_table(numbers)


def kappa_and_error(ensembles: Mapping[str, Ensemble]) -> pd.DataFrame:
    """As ``esr_core.evaluation.kappa_and_error``."""
    return evaluation.kappa_and_error(ensembles)


def beside_annotators(ensembles: Mapping[str, Ensemble]) -> tuple[dict[str, BesideAnnotators], list[str]]:
    """Branches' against annotators' disagreement, of the runs whose prepared set counts votes, and why not of others.

    Returns:
        What is known, by run, and a sentence about each set of which it is not.
    """
    beside: dict[str, BesideAnnotators] = {}
    reasons: dict[str, None] = {}  # each once: many runs share a set
    for run_id, ensemble in ensembles.items():
        try:
            prepared = answers.set_of_run(run_id)
            one = evaluation.beside_annotators(ensemble.predictions, prepared)
        except EsrError as error:
            reasons[f"What annotators disagreed on is not known: {error}."] = None
            continue
        if one:
            beside[run_id] = one
        else:
            reasons[f"{prepared.card.title} has no votes of annotators, so nobody's disagreement to compare."] = None
    return beside, list(reasons)


def _matrix(ensemble: Ensemble, measure: Measure, class_name: str | None) -> np.ndarray:
    return pair_matrix(ensemble, measure, ensemble.of_class(class_name), answers.branch_features)
