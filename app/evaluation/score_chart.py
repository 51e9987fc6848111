"""How good each branch and each rule of the picked runs is: accuracies with intervals, and the other scores."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from app.evaluation.interval_chart import interval_chart, spoken
from app.kit.figure import draw_chart, draw_question
from esr_core.metrics import ENSEMBLE_RULES
from esr_core.metrics.scores import SINGLE

OTHERS = {
    "balanced_accuracy": "balanced accuracy, %",
    "macro_f1": "macro F1, %",
    "calibration_error": "calibration error, %",
}

UNSEEN = "_unseen"


def score_chart(
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
    points = points_of(scores.assign(row=scores["who"])).sort_values("row", key=_order, kind="stable")
    draw_question("How good is each branch, and the ensemble?", scores.assign(run=scores["run"].map(names)), name)
    figure = interval_chart(points, colours, names, "accuracy, %")
    draw_chart(figure, name, f"Accuracy with 95 % intervals of {len(points)} branches and rules of {len(colours)} runs")
    shown = pd.DataFrame({"who": scores["who"], "pictures": scores["pictures"]})
    shown["accuracy, %"] = points["value"]
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


def points_of(table: pd.DataFrame) -> pd.DataFrame:
    """Accuracies of a table with the columns row and run as points of an ``interval_chart``, in %."""
    bounds = {"value": "accuracy", "low": "accuracy_low", "high": "accuracy_high"}
    points = table[["row", "run"]].assign(**{name: 100 * table[column] for name, column in bounds.items()})
    said = [spoken(*values) for values in points[list(bounds)].itertuples(index=False)]
    return points.assign(hover=[f"{row}: {what}" for row, what in zip(points["row"], said, strict=True)])


def _order(who: pd.Series) -> pd.Series:
    """Branches in their order, whichever run has most of them, then the single networks and the rules."""
    numbers = who.str.extract(r"^branch (\d+)$")[0].astype(float)
    last = [SINGLE, *(rule.name for rule in ENSEMBLE_RULES)]
    return numbers.fillna(who.map({name: 1e6 + place for place, name in enumerate(last)}))
