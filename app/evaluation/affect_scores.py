"""How good valence and arousal are, as in the paper's Table 4, with concordance and correlation."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from app.kit.figure import draw_table


def affect_scores(scores: pd.DataFrame, names: Mapping[str, str], name: str) -> None:
    """Draw the table.

    Args:
        scores: run, who, pictures, and rmse, ccc and pearson of valence and arousal, as ``rmse_valence``.
        names: what to call each run.
        name: of the file it can be saved as.
    """
    table = scores.assign(run=scores["run"].map(names))
    measures = {column: _title(column) for column in table.columns.drop(["run", "who", "pictures"])}
    columns = dict.fromkeys(measures.values(), st.column_config.NumberColumn(format="%.3f"))
    shown = table[["who", "pictures", *measures, "run"]].rename(columns=measures)  # run last, for names are long
    draw_table("How good are valence and arousal?", shown, table, name, columns)
    st.caption(
        "RMSE: root of the mean squared error, lower is better. CCC: concordance, 1 where all is as labelled; unlike "
        "Pearson's correlation it falls with a shift or another scale."
    )


def _title(column: str) -> str:
    measure, _, dimension = column.partition("_")
    return f"{measure.capitalize() if measure == 'pearson' else measure.upper()} {dimension}"
