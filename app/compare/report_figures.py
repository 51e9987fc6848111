"""The charts of deeper pages that a saved comparison holds."""

from collections.abc import Mapping, Sequence

import pandas as pd

from app import answers
from app.compare.column import DISAGREEMENT, PART, Absent, Column, Measured
from esr_core.charts.chart import Chart
from esr_core.charts.convergence import convergence_chart
from esr_core.charts.pairs import pair_chart
from esr_core.charts.scores import score_chart
from esr_core.charts.training_measures import MEASURES
from esr_core.evaluation import ensemble_of, pair_matrix, stacked
from esr_core.records import EpochRecord


def report_figures(columns: Sequence[Column]) -> dict[str, Chart]:
    """By names of files; one that has nothing to show is left out."""
    colours = {run.run_id: each.about.colour for each in columns for run in each.about.runs}
    names = {run.run_id: run.title for each in columns for run in each.about.runs}
    scores = score_table(columns)
    drawn = {
        "accuracy": None if scores.empty else score_chart(scores, colours, names),
        "disagreement": _disagreement(columns, names),
        "convergence": convergence_chart(_histories(columns), colours, names, MEASURES["accuracy"]),
    }
    return {name: chart for name, chart in drawn.items() if chart is not None}


def score_table(columns: Sequence[Column]) -> pd.DataFrame:
    """The scores of each branch and rule of the tested runs, as page Evaluation has them."""
    tested = [run.run_id for each in columns if isinstance(each.accuracy, Measured) for run in each.about.runs]
    return stacked({run_id: answers.evaluation(run_id, PART).scores for run_id in tested})


def _disagreement(columns: Sequence[Column], names: Mapping[str, str]) -> Chart | None:
    runs = [run for each in columns if isinstance(each.disagreement, Measured) for run in each.about.runs]
    if not runs:
        return None
    ensembles = {run.run_id: ensemble_of(run, answers.predictions(run.run_id, PART), PART) for run in runs}
    matrices = {run_id: pair_matrix(each, DISAGREEMENT, each.of_class(None)) for run_id, each in ensembles.items()}
    return pair_chart(matrices, names, DISAGREEMENT)


def _histories(columns: Sequence[Column]) -> dict[str, Sequence[EpochRecord]]:
    return {
        run.run_id: history
        for each in columns
        if not isinstance(each.histories, Absent)
        for run, history in zip(each.about.runs, each.histories, strict=True)
    }
