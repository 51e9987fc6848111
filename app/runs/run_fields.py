"""What runs can be listed, sorted and filtered by: results, what people wrote, settings that differ."""

from collections.abc import Sequence
from pathlib import PurePath

import pandas as pd

from app.shell import reader
from esr_core.config import differing_settings, flat_settings
from esr_core.records import RunInfo
from esr_core.records.results import RESULTS

VALIDATION, PARAMETERS, TEST = "validation, %", "parameters", RESULTS[0].title
WHERE_KNOWN = ("network", "tags", *(result.title for result in RESULTS[1:]), "from", "notes", "message")
"""Columns that are drawn where any run has a value."""


def run_fields(runs: Sequence[RunInfo]) -> pd.DataFrame:
    """A row for each run, in their order; accuracies are in %, and what is not known is missing."""
    return pd.DataFrame([_row(run) for run in runs])


def setting_fields(runs: Sequence[RunInfo]) -> pd.DataFrame:
    """The settings in which these runs differ, a row for each run in their order; a damaged one has none."""
    settings = [flat_settings(run.config) if run.config else {} for run in runs]
    names = differing_settings([each for each in settings if each])
    return pd.DataFrame([[_shown(each.get(name)) for name in names] for each in settings], columns=names, dtype=object)


def num_equal_settings(runs: Sequence[RunInfo]) -> int:
    """How many settings are the same in all of these runs."""
    settings = [flat_settings(run.config) for run in runs if run.config]
    return len({name for each in settings for name in each}) - len(differing_settings(settings))


def _row(run: RunInfo) -> dict[str, object]:
    return {
        "run": run.label,
        "network": run.kind if run.notes.name else None,
        "state": run.status.state,
        "tags": list(run.notes.tags) or None,
        "data": PurePath(run.config.data).name if run.config else None,
        PARAMETERS: run.parameters.total if run.parameters else None,
        VALIDATION: 100 * run.best.ensemble_accuracy if run.best else None,
        **{result.title: result.shown(run.status.results.get(result.key)) for result in RESULTS},
        "created": reader.time_of(run.created),
        "from": "the project" if run.is_shipped else None,
        "id": run.run_id,
        "notes": run.notes.text or None,
        "message": run.status.message or run.notes.problem or None,
    }


def _shown(value: object) -> object:
    """A setting as a cell: a list as its items with commas, nothing for an empty text."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return None if value == "" else value
