"""Which of a prepared set's pictures a page shows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from app import cached

ANY = "any"


@dataclass(frozen=True, slots=True, eq=False)
class ChosenSamples:
    """Pictures that pass the filters, and how many there are in all."""

    pictures: list[np.ndarray]  # uint8 RGB (96, 96, 3)
    captions: list[str]
    matching: int


def choose_samples(name: str, most: int) -> ChosenSamples:
    """The line of filters above the samples, and up to ``most`` pictures that pass, spread over all of them."""
    prepared = cached.prepared_set(name)
    labels, class_names = prepared.labels, prepared.card.class_names
    boxes = iter(st.columns(3))
    keep = np.ones(len(labels), dtype=bool)
    chosen = next(boxes).selectbox("Class", [ANY, *class_names], key=f"data-class-{name}")
    if chosen != ANY:
        keep &= (labels["emotion"] == class_names.index(chosen)).fillna(value=False).to_numpy(dtype=bool)
    for column in ("subject", "split"):
        values = labels[column].dropna().unique().tolist()
        if values:
            chosen = next(boxes).selectbox(column.capitalize(), [ANY, *sorted(values)], key=f"data-{column}-{name}")
            keep &= (chosen == ANY) | (labels[column] == chosen).fillna(value=False).to_numpy(dtype=bool)
    rows = np.flatnonzero(keep)
    shown = rows[np.unique(np.linspace(0, len(rows) - 1, most).astype(int))] if len(rows) else rows
    return ChosenSamples(
        [prepared.images[row] for row in shown],
        [_caption(labels.iloc[row], class_names) for row in shown],
        len(rows),
    )


def _caption(row: pd.Series, class_names: tuple[str, ...]) -> str:
    emotion = "no class" if pd.isna(row["emotion"]) else class_names[row["emotion"]]
    return emotion if pd.isna(row["subject"]) else f"{emotion}, {row['subject']}"
