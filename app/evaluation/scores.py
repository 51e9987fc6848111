"""How good each branch and each rule of the picked runs is: accuracies with intervals, and the other scores."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from app.kit.figure import draw_figure
from esr_core.charts.scores import score_chart

OTHERS = {
    "balanced_accuracy": "balanced accuracy, %",
    "macro_f1": "macro F1, %",
    "calibration_error": "calibration error, %",
}

UNSEEN = "_unseen"


def draw_scores(
    scores: pd.DataFrame, unseen: pd.DataFrame, colours: Mapping[str, str], names: Mapping[str, str], name: str
) -> None:
    """Draw the accuracies, then all scores as a table.

    Args:
        scores: run, who, pictures, accuracy, accuracy_low, accuracy_high, balanced_accuracy, macro_f1 and
            calibration_error, in [0, 1].
        unseen: the same over the pictures that were not learned from; no rows of runs that learned from none.
        colours: of each run.
        names: what to call each run.
        name: of the files it can be saved as.
    """
    if not unseen.empty:
        scores = scores.merge(unseen, "left", ["run", "who"], suffixes=("", UNSEEN))
    draw_figure(score_chart(scores, colours, names), name)
    shown = pd.DataFrame({"who": scores["who"], "pictures": scores["pictures"]})
    shown["accuracy, %"] = 100 * scores["accuracy"]
    shown["95 % interval"] = _intervals(scores)
    if not unseen.empty:
        shown["unseen pictures"] = scores[f"pictures{UNSEEN}"].astype("Int64")
        shown["accuracy on unseen, %"] = 100 * scores[f"accuracy{UNSEEN}"]
        shown["95 % interval on unseen"] = _intervals(scores, UNSEEN)
        shown["balanced accuracy on unseen, %"] = 100 * scores[f"balanced_accuracy{UNSEEN}"]
    for column, title in OTHERS.items():
        shown[title] = 100 * scores[column]
    shown["run"] = scores["run"].map(names)  # last, for names are long
    percent = st.column_config.NumberColumn(format="%.1f")
    columns = dict.fromkeys((title for title in shown if str(title).endswith("%")), percent)
    st.dataframe(shown, hide_index=True, width="stretch", placeholder="n/a", column_config=columns, key=f"{name}-table")


def _intervals(scores: pd.DataFrame, suffix: str = "") -> list[str | None]:
    """Intervals of accuracies in %, in words."""
    bounds = (100 * scores[f"accuracy_{bound}{suffix}"] for bound in ("low", "high"))
    return [None if pd.isna(low) else f"{low:.1f} to {high:.1f}" for low, high in zip(*bounds, strict=True)]
