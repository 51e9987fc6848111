"""All runs in one table: what they are, how far they came, how good they are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePath

import pandas as pd
import streamlit as st

from esr_core.records import RunInfo

INTERVAL = "95 % interval"
RMSE = ("RMSE valence", "RMSE arousal")  # on the test part
WHERE_KNOWN = (INTERVAL, *RMSE, "from", "note")  # columns that are drawn where any run has a value


def run_table(runs: Sequence[RunInfo], key: str, picked: Sequence[int]) -> list[int]:
    """Draw the table, and return the rows that are picked.

    Args:
        runs: in their order; accuracies are in %, one decimal, and nothing stands where there is no value yet.
        key: of the table.
        picked: rows that are picked at first.
    """
    table = pd.DataFrame([_row(run) for run in runs])
    table = table.drop(columns=[name for name in WHERE_KNOWN if table[name].isna().all()])
    percent = st.column_config.NumberColumn(format="%.1f")
    selection = st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        placeholder="n/a",
        column_config={
            "parameters": st.column_config.NumberColumn(format="localized"),
            "validation, %": percent,
            "test, %": percent,
            **dict.fromkeys(RMSE, st.column_config.NumberColumn(format="%.3f")),
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


def _row(run: RunInfo) -> dict[str, object]:
    return {
        "run": run.label,
        "state": run.status.state,
        "data": PurePath(run.config.data).name if run.config else None,
        "parameters": run.parameters.total if run.parameters else None,
        "validation, %": 100 * run.best.ensemble_accuracy if run.best else None,
        "test, %": None if run.status.test_accuracy is None else 100 * run.status.test_accuracy,
        INTERVAL: _interval(run.status.test_accuracy_interval),
        **dict(zip(RMSE, run.status.test_affect_rmse or (None, None), strict=True)),
        "created": datetime.fromtimestamp(run.created, UTC) if run.created else None,
        "from": "the project" if run.is_shipped else None,
        "id": run.run_id,
        "note": run.status.message or None,
    }


def _interval(bounds: tuple[float, float] | None) -> str | None:
    return None if bounds is None else f"{100 * bounds[0]:.1f} to {100 * bounds[1]:.1f}"
