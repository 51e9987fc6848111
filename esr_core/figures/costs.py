"""What runs cost, and what one gets for it."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from esr_core.architectures import ARCHITECTURES, Architecture
from esr_core.charts.frontier import frontier_chart
from esr_core.charts.parallel import parallel_chart, whole_rows
from esr_core.charts.parameters import parameter_chart, parameter_table
from esr_core.config import NetworkConfig
from esr_core.errors import MetricError
from esr_core.evaluation import ACCURACY, COSTS, QUALITIES, FrontierPoint, Quality, frontier_table, paper_table
from esr_core.evaluation.axes import axes_of, first_axes
from esr_core.figures.selection import Runs, colours, entry, named, titles
from esr_core.metrics import Estimate
from esr_core.networks import parameters_of
from esr_core.opened_run import OpenedRun


def parameters(runs: Runs) -> go.Figure:
    """Shared and repeated parameters."""
    networks = {run.info.title: _network(run) for run in named(runs).values()}
    counts = {name: parameters_of(network) for name, network in networks.items()}
    traditional = {name: parameters_of(network.replace(branching_level=0)) for name, network in networks.items()}
    return parameter_chart("What do the runs cost?", parameter_table(counts, traditional)).titled()


def settings_and_results(runs: Runs) -> go.Figure:
    """Settings in which runs differ against what they cost and how good they are, a line for each run.

    Args:
        runs: at least two that have the same results.

    Raises:
        MetricError: if fewer than two of them have a value on every axis.
    """
    by_name = named(runs)
    infos = [run.info for run in by_name.values()]
    axes = axes_of(infos)
    drawn = axes[first_axes(axes)].assign(run=list(titles(by_name).values())).set_index("run")
    if len(whole_rows(drawn)) < 2:
        raise MetricError(f"runs must be two or more with the same results, got {', '.join(by_name)}")
    return parallel_chart(drawn, dict(zip(drawn.index, colours(by_name).values(), strict=True))).titled()


def levels(architecture: Architecture = "lab", num_branches: int = 4) -> go.Figure:
    """Parameters of an ensemble at every branching level."""
    base = NetworkConfig(architecture=architecture, branching_level=0, num_branches=num_branches)
    counts = {
        f"level {level}": parameters_of(base.replace(branching_level=level))
        for level in range(ARCHITECTURES[architecture].num_blocks + 1)
    }
    table = parameter_table(counts, dict.fromkeys(counts, counts["level 0"]))
    return parameter_chart("What would every branching level cost?", table).titled()


def frontier(runs: Runs, quality: str = "accuracy", cost: str = "parameters", with_paper: bool = False) -> go.Figure:
    """Quality against cost, and the line that no run beats.

    Args:
        runs: finished ones.
        quality: of ``esr_core.evaluation.QUALITIES``, on the test part.
        cost: parameters, multiply-adds or measured time.
        with_paper: whether the paper's accuracies are marked; they are of other pictures, with their deviation.

    Raises:
        MetricError: if the quality or the cost is not known, the quality needs more branches than a run has, no test
            picture of a run has a class, or the paper does not print the quality.
    """
    by_name, chosen, costs = named(runs), entry(QUALITIES, quality, "quality"), entry(COSTS, cost, "cost")
    if with_paper and chosen is not ACCURACY:
        raise MetricError(f"with_paper needs the quality {ACCURACY.name}, got {quality}")
    points = [
        FrontierPoint(run.info.label, run_id, 1, costs.of(_network(run)), _estimate(run, chosen))
        for run_id, run in by_name.items()
    ]
    table = frontier_table(points, chosen.better)
    if with_paper:
        table = pd.concat([table, paper_table(costs.of)])
    return frontier_chart(table, colours(by_name), chosen, costs).titled()


def _network(run: OpenedRun) -> NetworkConfig:
    return run.store.config(run.run_id).network


def _estimate(run: OpenedRun, quality: Quality) -> Estimate:
    evaluated = run.evaluation()
    if quality is ACCURACY:
        estimate = evaluated.accuracy
    else:
        estimate = quality.estimate(run.store.predictions(run.run_id, "test"), evaluated.subjects)
    if np.isnan(estimate.value):
        raise MetricError(f"{run.run_id} must have test pictures with a class, found none")
    return estimate
