"""All runs in one table: what they are, how far they came, how good they are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

import pandas as pd
import streamlit as st

from esr_core.records import RunInfo
from esr_core.records.results import RESULTS, RunResult

WHERE_KNOWN = (*(result.title for result in RESULTS[1:]), "from", "note")  # drawn where any run has a value


def run_table(runs: Sequence[RunInfo], key: str, picked: Sequence[int]) -> list[int]:
    """Draw the table, and return the rows that are picked.

    Args:
        runs: in their order; accuracies are in %, one decimal, and nothing stands where there is no value yet.
        key: of the table.
        picked: rows that are picked at first.
    """
    table = pd.DataFrame([_row(run) for run in runs])
    table = table.drop(columns=[name for name in WHERE_KNOWN if table[name].isna().all()])
    selection = st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        placeholder="n/a",
        column_config={
            "parameters": st.column_config.NumberColumn(format="localized"),
            "validation, %": st.column_config.NumberColumn(format="%.1f"),
            **{result.title: _column(result, table) for result in RESULTS if result.title in table},
            "created": st.column_config.DatetimeColumn(
                format="YYYY-MM-DD HH:mm", timezone=st.context.timezone, help="By your clock"
            ),
        },
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": list(picked)}},
        key=key,
    )
    return [row for row in selection["selection"]["rows"] if row < len(runs)]


def _column(result: RunResult, table: pd.DataFrame) -> Any:  # noqa: ANN401 - Streamlit's columns have no common type
    if table[result.title].map(lambda value: isinstance(value, str)).any():
        return st.column_config.TextColumn()
    return st.column_config.NumberColumn(format=f"%.{result.digits}f")


def _row(run: RunInfo) -> dict[str, object]:
    return {
        "run": run.label,
        "state": run.status.state,
        "data": PurePath(run.config.data).name if run.config else None,
        "parameters": run.parameters.total if run.parameters else None,
        "validation, %": 100 * run.best.ensemble_accuracy if run.best else None,
        **{result.title: result.shown(run.status.results.get(result.key)) for result in RESULTS},
        "created": datetime.fromtimestamp(run.created, UTC) if run.created else None,
        "from": "the project" if run.is_shipped else None,
        "id": run.run_id,
        "note": run.status.message or None,
    }
