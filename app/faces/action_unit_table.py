"""The action units that define an emotion, the regions where they should show, and how much of each map lies there."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from app.kit.figure import draw_table
from app.kit.plain_text import for_markdown
from esr_core.charts.face_regions import RegionShares
from esr_core.emotions import ACTION_UNIT_NAMES, ACTION_UNIT_REGIONS, FACS_PROTOTYPES
from esr_core.explanations import expected_share

QUESTION = "Do they look where the emotion shows?"


def action_unit_table(runs: Mapping[str, Sequence[RegionShares]], even: np.ndarray) -> None:
    """Draw the action units of the emotions explained, and a row for each map; one sentence where none has any.

    Args:
        runs: maps by the title of their run.
        even: share of the crop that each region covers (8,).
    """
    subjects = dict.fromkeys(each.subject for maps in runs.values() for each in maps)
    shown = [subject for subject in subjects if FACS_PROTOTYPES.get(subject)]
    if not shown:
        st.subheader(QUESTION)
        st.info("Nothing explained here is defined by action units: choose an emotion other than neutral as the class.")
        return
    rows = [
        (each.name, each.subject, *(100 * expected_share(shares, each.subject) for shares in (each.shares, even)), run)
        for run, maps in runs.items()
        for each in maps
    ]
    columns = ["map", "evidence for", "in these regions, %", "of an even map, %", "run"]  # run last, for names are long
    table = pd.DataFrame(rows, columns=columns)
    words = table.assign(**{name: table[name].map(_rounded) for name in columns[2:4]})
    right = {name: st.column_config.TextColumn(alignment="right") for name in columns[2:4]}
    draw_table(QUESTION, words, table, "action-units", right)
    st.markdown("\n".join(f"- **{emotion}**: {for_markdown(_units(emotion))}" for emotion in shown))
    st.caption(
        "These regions: all in which the emotion's action units show. An even map has as much there as they cover."
    )


def _units(emotion: str) -> str:
    units = FACS_PROTOTYPES[emotion]
    return "; ".join(f"AU{unit} {ACTION_UNIT_NAMES[unit]}: {', '.join(ACTION_UNIT_REGIONS[unit])}" for unit in units)


def _rounded(percent: float) -> str:
    return "n/a" if np.isnan(percent) else f"{percent:.1f}"
