"""Which groups of trials page Evaluation compares, by which measure and test, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import streamlit as st

from app import answers
from app.kit.option_box import lasting_titles
from app.shell import session
from esr_core.charts.groups import factor_of, title_of
from esr_core.evaluation import Group, Trial, comparison_table, spread_table

TESTS = {"t": "paired t-test", "corrected-t": "corrected resampled t-test", "wilcoxon": "Wilcoxon signed-rank test"}
CAVEATS = {
    "t": "As in the paper's Table 2. Trials share training pictures, so this test finds differences too easily; the "
    "corrected one allows for that.",
    "corrected-t": "Nadeau and Bengio's test: its variance allows for the training pictures that trials share.",
    "wilcoxon": "Asks no normal distribution, and needs many trials: n of them cannot give less than 2 to the power of "
    "1 - n before correction.",
}
MOST_AT_FIRST = 6


@dataclass(frozen=True)
class GroupChoice:
    """Groups to compare."""

    trials: Mapping[str, Sequence[Trial]]  # by the group's name
    measure: str
    test: str

    @property
    def factor(self) -> float:
        """What values are multiplied by to be shown."""
        return factor_of(self.measure)

    @property
    def title(self) -> str:
        """The measure with its unit."""
        return title_of(self.measure)

    @cached_property
    def spread(self) -> pd.DataFrame:
        """Mean and deviation of each group."""
        return spread_table(self.trials, self.measure)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """The test of every two groups; raises MetricError where their trials do not match."""
        return comparison_table(self.trials, self.measure, self.test)


def choose_groups(part: str) -> GroupChoice | None:
    """The line of controls; None where there are no groups or none is chosen."""
    st.header("Can one tell them apart?", divider="gray")
    groups = {group.name: group for group in answers.groups()}
    if not groups:
        st.info(
            "Groups of runs are compared here: train one with several folds or seeds, as with "
            "`python -m esr_core train --folds 0-9`."
        )
        return None
    titles = {name: f"{name} · {len(group.runs)} trials" for name, group in groups.items()}
    chosen = st.multiselect(
        "Groups",
        list(groups),
        default=_at_first(list(groups.values())),
        format_func=lasting_titles(titles, "evaluation_groups"),
        placeholder="Choose groups to compare",
        key="evaluation_groups",
    )
    if not chosen:
        return None
    trials = answers.trials([groups[name] for name in chosen], part)
    measure_box, test_box, _ = st.columns([3, 3, 4])
    measure = measure_box.selectbox("Measure", _defined(trials), key="evaluation_measure", persist_state="session")
    test = test_box.selectbox(
        "Test", list(TESTS), format_func=TESTS.__getitem__, key="evaluation_test", persist_state="session"
    )
    return GroupChoice(trials, measure, test)


def _at_first(groups: Sequence[Group]) -> list[str]:
    """Groups with picked runs; without any the first few on the same data, for others could not be compared."""
    picked = set(session.picked_runs())
    with_picked = [group.name for group in groups if picked & {run.run_id for run in group.runs}]
    on_same_data = [group.name for group in groups if _data(group) == _data(groups[0])]
    return with_picked or on_same_data[:MOST_AT_FIRST]


def _data(group: Group) -> str:
    config = group.runs[0].config
    return config.data_key if config else ""


def _defined(trials: Mapping[str, Sequence[Trial]]) -> list[str]:
    """Measures that any trial has a value of; accuracy where none has, as of an empty part."""
    every = [trial.scores for group in trials.values() for trial in group]
    return [name for name in every[0] if not np.isnan([scores[name] for scores in every]).all()] or ["accuracy"]
