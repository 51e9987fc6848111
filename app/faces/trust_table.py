"""What deletion, insertion and randomisation say of each map, in numbers and in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from app.kit.plain_text import for_markdown

ALIKE = 0.5  # rank correlation from which on two maps are called alike
MATTERS = 0.02  # difference of two areas below which it makes none which pixels are changed


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """Areas under the curves of one map by one measure, in [0, 1]."""

    own: float  # NaN where the map is empty
    random: np.ndarray  # of R random maps (R,)
    centre: float


@dataclass(frozen=True, slots=True, eq=False)
class MapTrust:
    """What was measured of one map."""

    title: str  # "branch 2: happiness"
    whose: str  # "branch" or "ensemble"
    deletion: Areas
    insertion: Areas
    randomised: float  # rank correlation with the map of an untrained network; NaN where not defined


def trust_table(measured: Sequence[MapTrust]) -> None:
    """Draw a row of numbers for each map, n/a where there is none, and below what they mean."""
    table = pd.DataFrame([_row(each) for each in measured])
    labels = {name: name.rpartition(", ")[2] for name in table.columns if name != "map"}
    columns = {name: st.column_config.TextColumn(label, alignment="right") for name, label in labels.items()}
    st.dataframe(table, hide_index=True, width="stretch", column_config=columns)
    lines = (f"- **{for_markdown(each.title)}**: the map {reading(each)}." for each in measured)
    st.markdown("\n".join(lines))


def reading(measured: MapTrust) -> str:
    """What the numbers mean, in words that follow "the map"."""
    if np.isnan(measured.deletion.own):
        return "is empty: there is no positive evidence to test"
    beats_random = (
        measured.deletion.own < measured.deletion.random.min(),
        measured.insertion.own > measured.insertion.random.max(),
    )
    beats_centre = measured.deletion.own < measured.deletion.centre, measured.insertion.own > measured.insertion.centre
    if max(abs(areas.own - areas.random.mean()) for areas in (measured.deletion, measured.insertion)) < MATTERS:
        return "can be neither trusted nor refuted: the probability hardly depends on which pixels are changed"
    said = {
        (True, True): f"points at what this {measured.whose} uses, better than every random map",
        (True, False): f"finds what the {measured.whose} needs, but alone that is not enough for it",
        (False, True): f"finds what is enough for the {measured.whose}, but it can do without",
        (False, False): "does no better than a random map: do not rely on it",
    }[beats_random]
    if any(beats_random) and not any(beats_centre):
        said += "; a blob in the centre does as well"
    if measured.randomised >= ALIKE:
        said += "; it hardly depends on what was learned"
    return said


def _row(measured: MapTrust) -> dict[str, str]:
    row = {"map": measured.title}
    for name, areas in (("deletion", measured.deletion), ("insertion", measured.insertion)):
        row[name] = _number(areas.own)
        row[f"{name}, random"] = f"{areas.random.mean():.2f} ± {areas.random.std():.2f}"
        row[f"{name}, centre"] = _number(areas.centre)
    return row | {"randomised": _number(measured.randomised)}


def _number(value: float) -> str:
    return "n/a" if np.isnan(value) else f"{value + 0.0:.2f}"
