"""How differently the branches of runs decide."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import plotly.graph_objects as go

from esr_core import evaluation
from esr_core.charts.annotators import annotator_chart
from esr_core.charts.class_diversity import class_diversity_chart
from esr_core.charts.kappa_error import kappa_error_chart
from esr_core.charts.pairs import pair_chart
from esr_core.errors import MetricError
from esr_core.evaluation import Ensemble
from esr_core.figures.selection import Runs, colours, entry, named, titles
from esr_core.metrics.diversity.measures import PAIRWISE
from esr_core.opened_run import OpenedRun


def diversity(
    runs: Runs, measure: str = "label disagreement", part: str = "test", class_name: str | None = None
) -> go.Figure:
    """A measure between every two branches as matrices on one colour scale.

    Args:
        runs: of several branches.
        measure: a pairwise one, of ``esr_core.metrics.diversity.measures.PAIRWISE``.
        part: ``test`` or ``validation``.
        class_name: whose pictures alone are asked about; None takes all.

    Raises:
        MetricError: if the measure is not known, a run has a single branch, or no picture of the part has a class.
        DataError: if the measure needs the pictures and their prepared set is not on this machine.
    """
    by_name, chosen = named(runs), entry(PAIRWISE, measure, "measure")
    ensembles, features = _ensembles(by_name, part), partial(_features, by_name)
    matrices = {
        run_id: evaluation.pair_matrix(one, chosen, one.of_class(class_name), features)
        for run_id, one in ensembles.items()
    }
    return pair_chart(matrices, titles(by_name), chosen).titled()


def diversity_by_class(runs: Runs, measure: str = "label disagreement", part: str = "test") -> go.Figure:
    """A pairwise measure, mean over all pairs of branches, on the pictures of each class; raises as ``diversity``."""
    by_name, chosen = named(runs), entry(PAIRWISE, measure, "measure")
    table = evaluation.by_class(_ensembles(by_name, part), chosen, partial(_features, by_name))
    return class_diversity_chart(table, colours(by_name), titles(by_name), measure).titled()


def kappa_error(runs: Runs, part: str = "test") -> go.Figure:
    """Cohen's kappa of every two branches against their mean error; raises MetricError as ``diversity``."""
    by_name = named(runs)
    pairs = evaluation.kappa_and_error(_ensembles(by_name, part))
    return kappa_error_chart(pairs, colours(by_name), titles(by_name)).titled()


def annotators(runs: Runs, part: str = "test") -> go.Figure:
    """Disagreement of the branches against that of annotators.

    Raises:
        MetricError: if a run has a single branch, or its prepared set counts no votes.
        DataError: if the prepared set is not on this machine or has changed.
    """
    by_name = named(runs)
    found = {}
    for run_id, ensemble in _ensembles(by_name, part).items():
        beside = evaluation.beside_annotators(ensemble.predictions, by_name[run_id].prepared_set())
        if beside is None:
            raise MetricError(f"the prepared set of {run_id} must count votes of annotators, found none")
        found[run_id] = beside
    return annotator_chart(found, colours(by_name), titles(by_name)).titled()


def _ensembles(runs: Mapping[str, OpenedRun], part: str) -> dict[str, Ensemble]:
    return {run_id: run.ensemble(part) for run_id, run in runs.items()}


def _features(runs: Mapping[str, OpenedRun], run_id: str, ids: np.ndarray) -> np.ndarray:
    """Features (B, N, K) of a run's branches for pictures of its prepared set."""
    prepared = runs[run_id].prepared_set()
    return runs[run_id].features(prepared.images[prepared.rows_of(ids)])
