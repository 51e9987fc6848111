"""Branches' against annotators' disagreement, and of which runs it is not known."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app.kit.figure import draw_figure
from app.kit.plain_text import for_markdown
from esr_core.charts.annotators import QUESTION, annotator_chart
from esr_core.evaluation import BesideAnnotators


def draw_annotators(
    found: Mapping[str, BesideAnnotators], colours: Mapping[str, str], names: Mapping[str, str], unknown: Sequence[str]
) -> None:
    """Draw ``annotator_chart``, or its question alone, and below it why it is not known of other runs."""
    if found:
        draw_figure(annotator_chart(found, colours, names), "diversity-annotators")
    else:
        st.subheader(QUESTION)
    for sentence in unknown:
        st.caption(for_markdown(sentence))
