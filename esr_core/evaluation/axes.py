"""What runs can be compared along: the settings in which they differ, and their results."""

from collections.abc import Sequence

import pandas as pd

from esr_core.config import differing_settings, flat_settings
from esr_core.records import RunInfo
from esr_core.records.results import RESULTS

VALIDATION, PARAMETERS, TEST = "validation, %", "parameters", RESULTS[0].title
RESULT_AXES = (PARAMETERS, VALIDATION, TEST)
MOST_NAMED = 20  # texts on an axis that can still be read
MOST_AT_FIRST = 6  # settings
SELDOM_ASKED = ("data", "data_set.fingerprint", "data_set.name", "group", "device", "validate_every_epochs")


def setting_fields(runs: Sequence[RunInfo]) -> pd.DataFrame:
    """The settings in which these runs differ, a row for each run in their order; a damaged one has none."""
    settings = [flat_settings(run.config) if run.config else {} for run in runs]
    names = differing_settings([each for each in settings if each])
    return pd.DataFrame([[_shown(each.get(name)) for name in names] for each in settings], columns=names, dtype=object)


def result_fields(run: RunInfo) -> dict[str, float | str | None]:
    """What a run costs and how good it is: parameters, and accuracies in %; None where that is not known."""
    return {
        PARAMETERS: run.parameters.total if run.parameters else None,
        VALIDATION: 100 * run.best.ensemble_accuracy if run.best else None,
        TEST: RESULTS[0].shown(run.status.results.get(RESULTS[0].key)),
    }


def axes_of(runs: Sequence[RunInfo]) -> pd.DataFrame:
    """What these runs have axes for, a row for each: settings in which they differ, then results that all have."""
    settings, results = setting_fields(runs), pd.DataFrame([result_fields(run) for run in runs])
    few = [name for name in settings if is_number(settings[name]) or settings[name].nunique() <= MOST_NAMED]
    typed = pd.DataFrame({name: pd.Series(settings[name].tolist()) for name in few}, index=results.index)
    return typed.join(results.dropna(axis="columns", how="all"))


def first_axes(axes: pd.DataFrame) -> list[str]:
    """The axes that are drawn where nobody has chosen any: the settings whose commonest value fewest runs have."""
    settings = [name for name in axes if name not in (*RESULT_AXES, *SELDOM_ASKED)]
    varied = sorted(settings, key=lambda name: axes[name].value_counts().max())[:MOST_AT_FIRST]
    return [name for name in axes if name in varied or name in RESULT_AXES]


def is_number(column: pd.Series) -> bool:
    """Whether an axis has a scale; truth values are named, and so is what lacks in some run."""
    values = column.tolist()
    return not any(isinstance(value, bool) for value in values) and pd.api.types.is_numeric_dtype(pd.Series(values))


def _shown(value: object) -> object:
    """A setting as a cell: a list as its items with commas, nothing for an empty text."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return None if value == "" else value
