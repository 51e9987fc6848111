"""Pictures in the plane of valence and arousal, and the numbers beside it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from app.kit.figure import draw_chart, draw_question
from esr_core.charts.affect_plane import NO_CLASS, affect_chart


def affect_plane(points: pd.DataFrame, means: pd.DataFrame, class_names: Sequence[str], name: str) -> None:
    """Draw ``affect_chart``, and the means in a table; ``name`` is that of the files it can be saved as."""
    chart = affect_chart(points, means, class_names)
    draw_question(chart.question, chart.table, name)
    chart_box, table_box = st.columns([4, 3], gap="medium")
    with chart_box:
        draw_chart(chart.figure, name, chart.alt)
        for note in chart.notes:
            st.caption(note)
    with table_box:
        _numbers(means)


def _numbers(means: pd.DataFrame) -> None:
    """The means with their standard deviations; of a single picture there is none."""
    shown = pd.DataFrame({"class": means["class"].replace("", NO_CLASS), "pictures": means["pictures"]})
    for measure in ("valence", "arousal"):
        spread = means[f"{measure}_sd"].map("{:.2f}".format).replace("nan", "n/a")
        shown[measure] = (means[measure].round(2) + 0.0).map("{:.2f}".format) + " ± " + spread  # + 0.0: no -0.00
    columns = {"pictures": st.column_config.NumberColumn(format="localized")}
    columns |= {name: st.column_config.TextColumn(alignment="right") for name in ("valence", "arousal")}
    st.dataframe(shown, hide_index=True, width="stretch", column_config=columns)
    st.caption("Mean ± standard deviation over the rated pictures of each class.")
