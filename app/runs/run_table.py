"""The listed runs in one table: what they are, how far they came, how good they are."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from app.runs.run_fields import WHERE_KNOWN
from esr_core.evaluation.axes import PARAMETERS, VALIDATION
from esr_core.records.results import RESULTS, RunResult


def run_table(fields: pd.DataFrame, key: str, picked: Sequence[int]) -> list[int]:
    """Draw the table, and return the rows that are picked; a click on a column's name sorts by it.

    Args:
        fields: of the listed runs, as ``run_fields`` gives them.
        key: of the table.
        picked: rows that are picked at first.
    """
    table = fields.drop(columns=[name for name in WHERE_KNOWN if name in fields and fields[name].isna().all()])
    selection = st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        placeholder="n/a",
        column_config={
            PARAMETERS: st.column_config.NumberColumn(format="localized"),
            VALIDATION: st.column_config.NumberColumn(format="%.1f", help="The best of its last phase, not the last"),
            "tags": st.column_config.ListColumn(),
            **{result.title: _column(result, table) for result in RESULTS if result.title in table},
        },
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": list(picked)}},
        key=key,
    )
    return [row for row in selection["selection"]["rows"] if row < len(fields)]


def _column(result: RunResult, table: pd.DataFrame) -> Any:  # noqa: ANN401 - Streamlit's columns have no common type
    if table[result.title].map(lambda value: isinstance(value, str)).any():
        return st.column_config.TextColumn()
    return st.column_config.NumberColumn(format=f"%.{result.digits}f")
