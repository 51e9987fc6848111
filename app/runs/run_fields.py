"""What runs can be listed, sorted and filtered by: results, and what people wrote."""

from collections.abc import Sequence
from pathlib import PurePath

import pandas as pd

from app.shell import reader
from esr_core.config import differing_settings, flat_settings
from esr_core.evaluation.axes import result_fields
from esr_core.records import RunInfo
from esr_core.records.results import RESULTS

WHERE_KNOWN = ("network", "tags", *(result.title for result in RESULTS[1:]), "from", "notes", "message")
"""Columns that are drawn where any run has a value."""


def run_fields(runs: Sequence[RunInfo]) -> pd.DataFrame:
    """A row for each run, in their order; accuracies are in %, and what is not known is missing."""
    return pd.DataFrame([_row(run) for run in runs])


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
        **result_fields(run),
        **{result.title: result.shown(run.status.results.get(result.key)) for result in RESULTS},
        "created": reader.time_of(run.created),
        "from": "the project" if run.is_shipped else None,
        "id": run.run_id,
        "notes": run.notes.text or None,
        "message": run.status.message or run.notes.problem or None,
    }
