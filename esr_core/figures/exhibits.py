"""Figures of the paper with its values and those of finished runs, as page Paper draws them."""

from collections.abc import Sequence

import plotly.graph_objects as go

from esr_core.charts.paper_exhibits import CHARTS, exhibit_charts
from esr_core.data.prepared import PreparedSet
from esr_core.errors import DataError
from esr_core.figures.selection import entry
from esr_core.folders import PathLike, expanded, runs_root
from esr_core.reproduction import (
    EXHIBITS,
    EXPERIMENTS,
    SCALES,
    Request,
    Results,
    plan_runs,
    report,
    sets_in_place,
)
from esr_core.run_store import RunStore


def exhibit(
    name: str, sets: Sequence[PreparedSet] = (), scale: str = "paper", runs: PathLike | None = None
) -> list[go.Figure]:
    """A figure of the paper; of Figures 6 and 7 ours, once all of its runs have finished, and the paper's.

    Args:
        name: figure4, figure5, figure6 or figure7.
        sets: each stands for the paper's set that it is, the first for those that are absent; without any the paper's
            values stand alone.
        scale: of the runs: paper, half or quick.
        runs: their folder; None takes ``ESR_RUNS``, or ``runs``.

    Raises:
        MetricError: if there is no such figure or scale.
        DataError: if a set lacks what the figure needs.
    """
    entry(CHARTS, name, "name")
    wanted, stored = EXHIBITS[name], RunStore(runs_root() if runs is None else expanded(runs))
    in_place = sets_in_place([each.data for each in EXPERIMENTS.values()], sets)
    request = Request(wanted.experiments, entry(SCALES, scale, "scale"), in_place)
    if sets and (missing := request.missing_data):
        raise DataError(f"{name} needs {'; '.join(missing)}")
    made = report(wanted, request, Results(stored, plan_runs(request, stored, stored.list()), in_place))
    return [chart.titled() for chart in exhibit_charts(name, made.frames)]
