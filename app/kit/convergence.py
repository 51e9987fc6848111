"""Curves of trainings under their question, as several pages show them."""

from collections.abc import Mapping, Sequence

from app.kit.figure import draw_figure
from esr_core.charts.convergence import convergence_chart
from esr_core.charts.training_measures import TrainingMeasure
from esr_core.records import EpochRecord


def draw_convergence(
    histories: Mapping[str, Sequence[EpochRecord]],
    colours: Mapping[str, str],
    names: Mapping[str, str],
    measure: TrainingMeasure,
) -> bool:
    """Draw ``convergence_chart``; returns whether there was anything to draw."""
    chart = convergence_chart(histories, colours, names, measure)
    if chart:
        draw_figure(chart, f"convergence-{measure.key}")
    return chart is not None
