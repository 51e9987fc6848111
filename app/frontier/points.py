"""The points of page Frontier: what each run, group and network of the paper costs and is worth."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from app import answers
from app.frontier.costs import Cost
from app.frontier.frontier_choice import FrontierChoice
from app.shell.compared import Compared
from esr_core.errors import EsrError, as_sentence
from esr_core.evaluation import PAPER_RESULTS, Quality, pareto_front
from esr_core.metrics import Estimate

COLUMNS = ("name", "run", "trials", "cost", "value", "low", "high", "source", "on_front")


def frontier_table(compared: Sequence[Compared], choice: FrontierChoice) -> tuple[pd.DataFrame, list[str]]:
    """A row for each point, and a sentence about each run that has none.

    Returns:
        ``name``; ``run``, its id, of a group the first one's; ``trials``; ``cost``; ``value`` with its 95 % interval
        ``low`` to ``high``, of the paper mean ± deviation; ``source``, empty but for the paper's; ``on_front``,
        whether no other run is as good for less.
    """
    rows, reasons = [], []
    for each in compared:
        try:
            estimate = _estimate(each, choice.quality)
        except (EsrError, OSError) as error:
            reasons.append(f"{each.name} ({each.run.run_id}) is left out: {as_sentence(error)}.")
            continue
        if np.isnan(estimate.value):
            reasons.append(f"{each.name} ({each.run.run_id}) is left out: no test picture has a class.")
            continue
        name = f"{each.name}, {len(each.runs)} trials" if each.group else each.name
        rows.append((name, each.run.run_id, len(each.runs), choice.cost.of(each.network), *estimate, "", False))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table.loc[pareto_front(table["cost"], table["value"], choice.quality.better), "on_front"] = True
    return pd.concat([table, _paper(choice.cost)]) if choice.with_paper else table, reasons


def _estimate(each: Compared, quality: Quality) -> Estimate:
    if each.group:
        return answers.quality_of_group(each.group, quality.name)
    return answers.quality(each.run.run_id, quality.name)


def _paper(cost: Cost) -> pd.DataFrame:
    rows = [
        (
            f"{one.name}, {one.data}",
            "",
            one.trials,
            cost.of(one.network),
            one.accuracy,
            one.accuracy - one.deviation,
            one.accuracy + one.deviation,
            f"paper, {one.source}",
            False,
        )
        for one in PAPER_RESULTS
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))
