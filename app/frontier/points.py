"""The points of page Frontier: what each run, group and network of the paper costs and is worth."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from app import answers
from app.frontier.frontier_choice import FrontierChoice
from app.shell.compared import Compared
from esr_core.errors import EsrError, as_sentence
from esr_core.evaluation import FrontierPoint, Quality, frontier_table, paper_table
from esr_core.metrics import Estimate


def points_table(compared: Sequence[Compared], choice: FrontierChoice) -> tuple[pd.DataFrame, list[str]]:
    """As ``esr_core.evaluation.frontier_table``, and a sentence about each run that has no point."""
    points, reasons = [], []
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
        cost = answers.cost(each.network, choice.cost.name)
        points.append(FrontierPoint(name, each.run.run_id, len(each.runs), cost, estimate))
    table = frontier_table(points, choice.quality.better)
    if choice.with_paper:
        table = pd.concat([table, paper_table(lambda network: answers.cost(network, choice.cost.name))])
    return table, reasons


def _estimate(each: Compared, quality: Quality) -> Estimate:
    if each.group:
        return answers.quality_of_group(each.group, quality.name)
    return answers.quality(each.run.run_id, quality.name)
