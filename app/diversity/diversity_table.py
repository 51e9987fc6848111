"""Single numbers of diversity, a row each, run beside run."""

import pandas as pd
import streamlit as st

HEADER_PX, ROW_PX = 38, 35
WIDTH_PX = 180  # of a run's column, whatever its name


def diversity_table(table: pd.DataFrame) -> None:
    """Draw the table; "n/a" where a measure is not defined, or not of that run's task.

    Args:
        table: as ``esr_core.evaluation.diversity_table`` gives it.
    """
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("How diverse is each ensemble, in numbers?", width="content")
        name, kind = "diversity-numbers.csv", "text/csv"
        st.download_button("CSV", lambda: table.to_csv(index=False), name, kind, on_click="ignore", type="tertiary")
    runs = table.select_dtypes("number").columns
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        height=HEADER_PX + ROW_PX * len(table),  # all rows, without a bar to scroll them
        placeholder="n/a",
        column_config={name: st.column_config.NumberColumn(format="%.3f", width=WIDTH_PX) for name in runs},
    )
