"""Single numbers of diversity, a row each, run beside run."""

import pandas as pd
import streamlit as st

from app.kit.figure import draw_table

WIDTH_PX = 180  # of a run's column, whatever its name


def diversity_table(table: pd.DataFrame) -> None:
    """Draw the table; "n/a" where a measure is not defined, or not of that run's task.

    Args:
        table: as ``esr_core.evaluation.diversity_table`` gives it.
    """
    runs = table.select_dtypes("number").columns
    columns = {name: st.column_config.NumberColumn(format="%.3f", width=WIDTH_PX) for name in runs}
    question = "How diverse is each ensemble, in numbers?"
    draw_table(question, table, table, "diversity-numbers", columns, has_all_rows=True)
