"""Which of a prepared set's pictures a page shows, and what their labels say together."""

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
    """The line of filters above the samples, and up to ``most`` pictures that pass, a random choice."""
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
    # Steps of equal length could fall on the same class every time, for sets come in order.
    shown = np.sort(np.random.default_rng(0).permutation(rows)[:most])
    return ChosenSamples(
        [prepared.images[row] for row in shown],
        [_caption(labels.iloc[row], class_names) for row in shown],
        len(rows),
    )


def affect_points(name: str, most: int) -> dict[str, tuple[list[float], list[float]]]:
    """Valence and arousal of each class's rated pictures; of more than ``most`` a random choice, the same each time."""
    prepared = cached.prepared_set(name)
    rated = prepared.labels.dropna(subset=["emotion", "valence", "arousal"])
    chosen = rated.sample(min(most, len(rated)), random_state=0)
    return {
        class_name: (rows["valence"].tolist(), rows["arousal"].tolist())
        for index, class_name in enumerate(prepared.card.class_names)
        if len(rows := chosen[chosen["emotion"] == index])
    }


def annotator_agreement(name: str) -> pd.DataFrame:
    """Columns class, pictures and agreement, %: how many annotators on average chose the most frequent choice.

    Empty where the set has no votes.
    """
    prepared = cached.prepared_set(name)
    votes = prepared.labels.filter(like="votes_").to_numpy(dtype=float, na_value=0)
    if not votes.size:
        return pd.DataFrame()
    agreement = 100 * votes.max(axis=1) / np.maximum(votes.sum(axis=1), 1)
    class_names = dict(enumerate(prepared.card.class_names))
    classes = prepared.labels["emotion"].map(class_names).fillna("no class")
    table = pd.DataFrame({"class": classes, "agreement, %": agreement})
    means = table.groupby("class")["agreement, %"].agg(["size", "mean"]).reset_index()
    means.columns = ["class", "pictures", "agreement, %"]
    return means.sort_values("agreement, %", ascending=False, ignore_index=True)


def _caption(row: pd.Series, class_names: tuple[str, ...]) -> str:
    emotion = "no class" if pd.isna(row["emotion"]) else class_names[row["emotion"]]
    return emotion if pd.isna(row["subject"]) else f"{emotion}, {row['subject']}"
