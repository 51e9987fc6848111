"""Single numbers of diversity, a row each, run beside run."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st


@dataclass(frozen=True, slots=True)
class Meaning:
    """Where a number is when branches are more diverse, and what it says."""

    key: str  # in ``diversity.overview``; "" where that has none
    more_diverse: str
    about: str


HIGHER, LOWER, NEITHER = "higher", "lower", ""
MEANINGS: Mapping[str, Meaning] = {
    "label disagreement": Meaning("label_disagreement", HIGHER, "share of pairs that name different classes"),
    "oracle disagreement": Meaning("oracle_disagreement", HIGHER, "share of pairs of which one is right and one wrong"),
    "double fault": Meaning("double_fault", LOWER, "share of pairs that are both wrong"),
    "Q statistic": Meaning("q_statistic", LOWER, "1 err together, 0 independently, -1 in turn"),
    "correlation": Meaning("correlation", LOWER, "of being right"),
    "Cohen's kappa": Meaning("cohen_kappa", LOWER, "agreement of pairs beyond chance"),
    "Jensen-Shannon divergence": Meaning("jensen_shannon", HIGHER, "of pairs' probabilities, in bits"),
    "Fleiss' kappa": Meaning("fleiss_kappa", LOWER, "agreement of all branches on classes beyond chance"),
    "Kohavi-Wolpert variance": Meaning("kohavi_wolpert_variance", HIGHER, "of being right, at most 1/4"),
    "entropy measure": Meaning("entropy_measure", HIGHER, "1 where half of the branches are right on every picture"),
    "generalised diversity": Meaning("generalised_diversity", HIGHER, "1 where branches never err together"),
    "difficulty": Meaning("difficulty", LOWER, "variance over pictures of the share of right branches"),
    "mutual information": Meaning("mutual_information", HIGHER, "of branch and class, in bits, mean over pictures"),
    "ensemble's error": Meaning("ensemble_error", NEITHER, "Brier score of the mean: branches' error less ambiguity"),
    "branches' error": Meaning("branch_error", NEITHER, "Brier score, mean over branches"),
    "ambiguity": Meaning("ambiguity", HIGHER, "squared distance of probabilities from their mean"),
    "ensemble's error, affect": Meaning("", NEITHER, "squared distance, branches' error less ambiguity"),
    "branches' error, affect": Meaning("", NEITHER, "the same, mean over branches"),
    "ambiguity, affect": Meaning("", HIGHER, "squared distance of branches from their mean"),
}
HEADER_PX, ROW_PX = 38, 35
WIDTH_PX = 180  # of a run's column, whatever its name


def diversity_table(numbers: Mapping[str, Mapping[str, float]], names: Mapping[str, str]) -> None:
    """Draw the table; "n/a" where a measure is not defined, or not of that run's task.

    Args:
        numbers: of each run, by the keys of MEANINGS; NaN where not defined.
        names: what to call each run.
    """
    values = pd.DataFrame({names[run]: pd.Series(of_run, dtype=float) for run, of_run in numbers.items()})
    shown = [name for name in MEANINGS if name in values.index]
    table = values.loc[shown].rename_axis("measure").reset_index()
    table.insert(1, "more diverse if", [MEANINGS[name].more_diverse for name in shown])
    table["what it says"] = [MEANINGS[name].about for name in shown]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader("How diverse is each ensemble, in numbers?", width="content")
        name, kind = "diversity-numbers.csv", "text/csv"
        st.download_button("CSV", lambda: table.to_csv(index=False), name, kind, on_click="ignore", type="tertiary")
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        height=HEADER_PX + ROW_PX * len(table),  # all rows, without a bar to scroll them
        placeholder="n/a",
        column_config={name: st.column_config.NumberColumn(format="%.3f", width=WIDTH_PX) for name in values.columns},
    )
