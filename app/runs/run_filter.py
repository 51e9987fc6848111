"""Which runs page Runs lists: those that hold what is searched and lie within what is chosen of any field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import pandas as pd
import streamlit as st

from app.runs.run_fields import run_fields
from esr_core.evaluation.axes import setting_fields
from esr_core.records import RunInfo, RunState

SEARCHED = ("run", "network", "state", "tags", "data", "id", "notes", "message", "group")
FEW = 8  # numbers of a field that are chosen one by one instead of by their range
NOTHING = "n/a"

Bounds = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class RunFilter:
    """What is asked of a run."""

    text: str = ""  # words that it must have all of, in either case
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by field, as texts: it must have one of these
    bounds: Mapping[str, Bounds] = field(default_factory=dict)  # by field, both included; None is open

    def matches(self, fields: Mapping[str, Any]) -> bool:
        """Whether a run with these fields is asked for."""
        words = " ".join(word for name in SEARCHED for word in _texts(fields.get(name))).casefold()
        return (
            all(word in words for word in self.text.casefold().split())
            and all(set(_texts(fields[name])) & set(wanted) for name, wanted in self.values.items() if wanted)
            and all(_is_within(fields[name], *ends) for name, ends in self.bounds.items())
        )


def all_fields(runs: Sequence[RunInfo]) -> pd.DataFrame:
    """Everything that runs can be filtered by, a row for each."""
    return pd.concat([run_fields(runs), setting_fields(runs).drop(columns="data", errors="ignore")], axis=1)


def choose_runs(runs: Sequence[RunInfo]) -> list[RunInfo]:
    """Draw the search and the filter, and return the runs that match, in their order."""
    fields = all_fields(runs)
    search_box, fields_box = st.columns([2, 3])
    text = search_box.text_input(
        "Search", placeholder="Words of names, tags, notes, ids", key="runs_search", persist_state="session", live=True
    )
    offered = [name for name in fields if name == "state" or len(set(map(str, fields[name]))) > 1]
    chosen = fields_box.multiselect(
        "Filter by",
        offered,
        key="runs_filtered_by",
        persist_state="session",
        placeholder="Any field or setting",
        wrap=True,
    )
    differing = [name for name in chosen if name in fields]  # a setting chosen before may differ no more
    values, bounds = _choose_values(fields, differing) if differing else ({}, {})
    asked = RunFilter(text, values, bounds)
    listed = [run for run, row in zip(runs, fields.to_dict("records"), strict=True) if asked.matches(row)]
    if len(listed) < len(runs):
        st.caption(f"{len(listed):,} of {len(runs):,} runs match.")
    return listed


def _choose_values(fields: pd.DataFrame, chosen: Sequence[str]) -> tuple[dict[str, list[str]], dict[str, Bounds]]:
    """A control for each field: its values, or where it has many numbers their range."""
    values: dict[str, list[str]] = {}
    bounds: dict[str, Bounds] = {}
    boxes = st.columns(4)
    for position, name in enumerate(chosen):
        box, column = boxes[position % len(boxes)], fields[name]
        if has_range(column):
            low, high = box.columns(2, vertical_alignment="bottom")
            bounds[name] = (
                _bound(low, f"{name}, from", column.min(), f"runs_from_{name}"),
                _bound(high, "to", column.max(), f"runs_to_{name}"),
            )
        else:
            options = (
                get_args(RunState) if name == "state" else sorted({text for one in column for text in _texts(one)})
            )
            values[name] = box.multiselect(name, options, key=f"runs_in_{name}", persist_state="session", wrap=True)
    return values, bounds


def has_range(column: pd.Series) -> bool:
    """Whether a field has more numbers than are chosen one by one."""
    known = column.dropna()
    return pd.api.types.is_numeric_dtype(pd.Series(known.tolist())) and known.nunique() > FEW


def _bound(box: st.delta_generator.DeltaGenerator, label: str, end: float, key: str) -> float | None:
    return box.number_input(label, value=None, placeholder=f"{end:.4g}", format="%g", key=key, persist_state="session")


def _is_within(value: Any, low: float | None, high: float | None) -> bool:  # noqa: ANN401 - of any field
    if low is None and high is None:
        return True
    return not pd.isna(value) and (low is None or value >= low) and (high is None or value <= high)


def _texts(value: Any) -> list[str]:  # noqa: ANN401 - of any field
    """A value as texts to compare: tags each on its own."""
    if isinstance(value, list):
        return value
    return [NOTHING if pd.isna(value) else str(value)]
