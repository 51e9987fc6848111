"""How many pictures there are of each person, for ten people and for forty thousand."""

import pandas as pd
import streamlit as st

from app.kit.figure import draw_chart, draw_question
from esr_core.charts.subjects import subject_chart

SENT_WHOLE = 1000  # rows; of longer tables the browser gets what it shows


def draw_subjects(subjects: pd.DataFrame, num_classes: int, name: str) -> None:
    """Draw how pictures are spread over people, and the people in a table; say what would mislead a training.

    Args:
        subjects: subject, pictures, classes and parts, the most pictures first; not empty.
        num_classes: of the data set.
        name: of the files it can be saved as.
    """
    pictures = subjects["pictures"]
    chart = subject_chart(subjects)
    draw_question(chart.question, chart.table, name)
    chart_box, table_box = st.columns([4, 3], gap="medium")
    with chart_box:
        if pictures.min() < pictures.max():
            draw_chart(chart.figure, name, chart.alt)
        st.caption(chart.notes[0])
    columns = ["subject", "pictures", "classes", *(["parts"] if subjects["parts"].any() else [])]
    is_long = len(subjects) > SENT_WHOLE
    table_box.dataframe(subjects[columns], hide_index=True, width="stretch", height=320, lazy=is_long or None)
    if num_classes > 1 and subjects["classes"].max() == 1:
        st.warning("Each subject shows one class only: a network can learn who they are instead of what they show.")
    if shared := int((subjects["parts"] > 1).sum()):
        who = "1 subject is" if shared == 1 else f"{shared:,} subjects are"
        st.warning(f"{who} in more than one part: the test part does not show accuracy on unseen people.")
