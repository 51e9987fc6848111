"""What quality costs: which ensembles no other one beats at once in cost and in quality."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from esr_core.config import NetworkConfig
from esr_core.errors import MetricError
from esr_core.evaluation.paper_results import PAPER_RESULTS
from esr_core.metrics import Estimate

Better: TypeAlias = Literal["higher", "lower"]

COLUMNS = ("name", "run", "trials", "cost", "value", "low", "high", "source", "on_front")


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """What a run, or several trials of one, costs and is worth."""

    name: str
    run_id: str  # of trials the first one's
    num_trials: int
    cost: float
    estimate: Estimate


def frontier_table(points: Sequence[FrontierPoint], better: Better) -> pd.DataFrame:
    """A row for each point.

    Args:
        points: in their order.
        better: where values are better.

    Returns:
        ``name``; ``run``, its id; ``trials``; ``cost``; ``value`` with its 95 % interval ``low`` to ``high``;
        ``source``, which is empty; ``on_front``, whether no other point is as good for less.
    """
    rows = [(each.name, each.run_id, each.num_trials, each.cost, *each.estimate, "", False) for each in points]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table.loc[pareto_front(table["cost"], table["value"], better), "on_front"] = True
    return table


def paper_table(cost: Callable[[NetworkConfig], float]) -> pd.DataFrame:
    """The paper's accuracies as ``frontier_table`` has those of runs, ``low`` to ``high`` being mean ± deviation.

    Args:
        cost: what a network costs.
    """
    rows = [
        (
            f"{one.name}, {one.data}",
            "",
            one.trials,
            cost(one.network),
            one.accuracy,
            one.accuracy - one.deviation,
            one.accuracy + one.deviation,
            f"paper, {one.source}",
            False,
        )
        for one in PAPER_RESULTS
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def pareto_front(
    costs: np.ndarray | Sequence[float], values: np.ndarray | Sequence[float], better: Better
) -> np.ndarray:
    """Positions of the points that no other point beats: none is as good for less, or better for the same cost.

    Args:
        costs: of each point (P,); lower is better.
        values: of each point (P,); a point whose value is NaN is never among them.
        better: where values are better.

    Returns:
        Positions by rising cost, in which values get strictly better; of points that are alike the first.

    Raises:
        MetricError: if the two are not one-dimensional and of one length.
    """
    costs, values = np.asarray(costs, dtype=float), np.asarray(values, dtype=float)
    if costs.ndim != 1 or costs.shape != values.shape:
        raise MetricError(f"costs and values must both be (P,), got {costs.shape} and {values.shape}")
    gains = values if better == "higher" else -values
    front: list[int] = []
    for place in np.lexsort((-gains, costs)):
        if not np.isnan(gains[place]) and (not front or gains[place] > gains[front[-1]]):
            front.append(int(place))
    return np.array(front, dtype=int)
