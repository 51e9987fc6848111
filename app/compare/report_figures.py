"""The charts of deeper pages that a saved comparison holds."""

from collections.abc import Mapping, Sequence

import pandas as pd

from app import answers
from app.compare.column import DISAGREEMENT, PART, Absent, Column, Measured
from app.kit.convergence_chart import convergence_figure
from app.kit.interval_chart import accuracy_points, interval_chart
from app.kit.pair_matrices import pair_figure
from app.kit.training_measures import MEASURES
from app.report.document import ReportFigure
from esr_core.evaluation import ensemble_of, pair_matrix, stacked
from esr_core.metrics.scores import verdict_order

ACCURACY = MEASURES["accuracy"]


def report_figures(columns: Sequence[Column]) -> dict[str, ReportFigure]:
    """By names of files; one that has nothing to show is left out."""
    colours = {run.run_id: each.about.colour for each in columns for run in each.about.runs}
    names = {run.run_id: run.title for each in columns for run in each.about.runs}
    drawn = {
        "accuracy": _scores(columns, colours, names),
        "disagreement": _disagreement(columns, names),
        "convergence": _convergence(columns, colours, names),
    }
    return {name: figure for name, figure in drawn.items() if figure is not None}


def score_table(columns: Sequence[Column]) -> pd.DataFrame:
    """The scores of each branch and rule of the tested runs, as page Evaluation has them."""
    tested = [run.run_id for each in columns if isinstance(each.accuracy, Measured) for run in each.about.runs]
    return stacked({run_id: answers.evaluation(run_id, PART).scores for run_id in tested})


def _scores(columns: Sequence[Column], colours: Mapping[str, str], names: Mapping[str, str]) -> ReportFigure | None:
    scores = score_table(columns)
    if scores.empty:
        return None
    points = accuracy_points(scores.assign(row=scores["who"])).sort_values("row", key=verdict_order, kind="stable")
    alt = f"Accuracy with 95 % intervals of {len(points)} branches and rules"
    question = "How good is each branch, and the ensemble?"
    return ReportFigure(question, interval_chart(points, colours, names, "accuracy, %"), alt)


def _disagreement(columns: Sequence[Column], names: Mapping[str, str]) -> ReportFigure | None:
    runs = [run for each in columns if isinstance(each.disagreement, Measured) for run in each.about.runs]
    if not runs:
        return None
    ensembles = {run.run_id: ensemble_of(run, answers.predictions(run.run_id, PART), PART) for run in runs}
    matrices = {run_id: pair_matrix(each, DISAGREEMENT, each.of_class(None)) for run_id, each in ensembles.items()}
    figure, table = pair_figure(matrices, names, DISAGREEMENT)
    return ReportFigure(DISAGREEMENT.question, figure, f"{DISAGREEMENT.name} of {len(table)} pairs of branches")


def _convergence(
    columns: Sequence[Column], colours: Mapping[str, str], names: Mapping[str, str]
) -> ReportFigure | None:
    histories = {
        run.run_id: history
        for each in columns
        if not isinstance(each.histories, Absent)
        for run, history in zip(each.about.runs, each.histories, strict=True)
    }
    figure = convergence_figure(histories, colours, names, ACCURACY)
    alt = f"{ACCURACY.axis} of {len(histories)} runs against epochs"
    return None if figure is None else ReportFigure(ACCURACY.question, figure, alt)
