"""How trainings went."""

import plotly.graph_objects as go

from esr_core.charts.convergence import convergence_chart
from esr_core.charts.training_measures import DIVERSITY, MEASURES
from esr_core.errors import MetricError
from esr_core.figures.selection import Runs, colours, entry, named, titles


def convergence(runs: Runs, measure: str = "accuracy") -> go.Figure:
    """Curves of every branch over training, a panel for each branch being trained.

    Args:
        runs: to compare.
        measure: accuracy, ensemble accuracy, loss, learning rate, speed or memory, or a measure of diversity that
            trainings record, such as label disagreement.

    Raises:
        MetricError: if the measure is not known, or no run has recorded it.
    """
    by_name = named(runs)
    histories = {run_id: run.store.history(run_id) for run_id, run in by_name.items()}
    chosen = entry({**MEASURES, **DIVERSITY}, measure, "measure")
    chart = convergence_chart(histories, colours(by_name), titles(by_name), chosen)
    if chart is None:
        raise MetricError(f"runs must have recorded {measure}, found no validation point with it")
    return chart.titled()
