"""What deletion, insertion and randomisation say of each map, in numbers and in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from app.kit.plain_text import for_markdown
from esr_core.explanations import MapTrust, verdict


@dataclass(frozen=True, slots=True, eq=False)
class TrustRow:
    """One map, and what was measured of it."""

    title: str  # "branch 2: happiness"
    whose: str  # "branch" or "ensemble"
    trust: MapTrust


def trust_table(rows: Sequence[TrustRow]) -> None:
    """Draw a row of numbers for each map, n/a where there is none, and below what they mean."""
    table = pd.DataFrame([_row(each) for each in rows])
    labels = {name: name.rpartition(", ")[2] for name in table.columns if name != "map"}
    columns = {name: st.column_config.TextColumn(label, alignment="right") for name, label in labels.items()}
    st.dataframe(table, hide_index=True, width="stretch", column_config=columns)
    lines = (f"- **{for_markdown(each.title)}**: the map {verdict(each.trust, each.whose)}." for each in rows)
    st.markdown("\n".join(lines))


def _row(shown: TrustRow) -> dict[str, str]:
    row, trust = {"map": shown.title}, shown.trust
    for name, areas in (("deletion", trust.deletion), ("insertion", trust.insertion)):
        row[name] = _number(areas.own)
        row[f"{name}, random"] = f"{areas.random.mean():.2f} ± {areas.random.std():.2f}"
        row[f"{name}, centre"] = _number(areas.centre)
    return row | {"randomised": _number(trust.randomised)}


def _number(value: float) -> str:
    return "n/a" if np.isnan(value) else f"{value + 0.0:.2f}"
