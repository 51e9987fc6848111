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
    by_set: dict[str, list[RunInfo]] = {}
    for run in runs:
        if run.config and not run.unusable:
            by_set.setdefault(run.config.data_key, []).append(run)  # sets of one name may differ
    sets = sorted((of_set for of_set in by_set.values() if len(of_set) >= FEWEST_RUNS), key=len, reverse=True)
    return [_sentence(run_fields(of_set)) for of_set in sets[:MOST_SETS]]


def _sentence(fields: pd.DataFrame) -> str:
    """Every run of a set that is the best in something, with what it is best in."""
    best: dict[str, list[str]] = {}
    for name, direction in BEST.items():
        known = fields[name].dropna().astype(float)
        if not known.empty:
            row = known.idxmax() if direction == "max" else known.idxmin()
            run = f"{fields.loc[row, 'run']} ({fields.loc[row, 'id']})"
            best.setdefault(run, []).append(WORDS[name].format(known[row]))
    parts = (f"{', '.join(values)}: {run}" for run, values in best.items())
    return f"Best of {len(fields):,} on {fields['data'].iloc[0]}: {'; '.join(parts)}."
