"""The best run of those listed, for each result and each prepared set: across sets, results say nothing."""

from collections.abc import Sequence

import pandas as pd

from app.runs.run_fields import run_fields
from esr_core.evaluation.axes import PARAMETERS, TEST, VALIDATION
from esr_core.records import RunInfo

MOST_SETS = 3  # those with the most runs
FEWEST_RUNS = 2  # of one there is nothing to choose
BEST = {TEST: "max", VALIDATION: "max", PARAMETERS: "min"}
WORDS = {TEST: "test {:.1f} %", VALIDATION: "validation {:.1f} %", PARAMETERS: "fewest parameters, {:,.0f}"}


def best_values(runs: Sequence[RunInfo]) -> list[str]:
    """A sentence for each prepared set that several usable runs of these learned from, those with most runs first."""
    fields = run_fields([run for run in runs if not run.unusable])
    if fields.empty:
        return []
    counted = fields["data"].value_counts()
    sets = counted[counted >= FEWEST_RUNS].index[:MOST_SETS]
    return [_sentence(str(name), fields[fields["data"] == name]) for name in sets]


def _sentence(data: str, fields: pd.DataFrame) -> str:
    """Every run that is the best in something, with what it is best in."""
    best: dict[str, list[str]] = {}
    for name, direction in BEST.items():
        known = fields[name].dropna().astype(float)
        if not known.empty:
            row = known.idxmax() if direction == "max" else known.idxmin()
            run = f"{fields.loc[row, 'run']} ({fields.loc[row, 'id']})"
            best.setdefault(run, []).append(WORDS[name].format(known[row]))
    parts = (f"{', '.join(values)}: {run}" for run, values in best.items())
    return f"Best of {len(fields):,} on {data}: {'; '.join(parts)}."
