"""Which of the pictures that a prepared set holds more than once are shown beside each other."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from app import answers
from app.data.data_choice import first_shown, shown_sample
from app.kit.picture_tiles import PictureTile
from esr_core.charts.class_counts import NO_PART
from esr_core.data.prepared import PreparedSet

KINDS = {"all": None, "different classes": "other_class", "different parts": "other_part"}


@dataclass(frozen=True, slots=True, eq=False)
class ChosenPairs:
    """Pairs of a chosen kind, and what is known of all."""

    pairs: list[tuple[PictureTile, PictureTile]]
    matching: int  # of that kind
    about: str  # how many duplicates there are, as one sentence


def choose_pairs(name: str, most: int) -> ChosenPairs:
    """The line that asks for a kind, and up to ``most`` pairs of a prepared set with marks; others at each click."""
    prepared = answers.prepared_set(name)
    pairs, about = answers.duplicates(name)
    counts = {kind: int(pairs[column].sum()) if column else len(pairs) for kind, column in KINDS.items()}
    kind_box, others_box = st.columns([6, 2], vertical_alignment="bottom")
    kind = kind_box.segmented_control(
        "Pairs",
        [kind for kind, count in counts.items() if count],
        format_func=lambda kind: f"{kind}: {counts[kind]:,}",
        default="all",
        required=True,
        key=f"data-duplicates-{name}",
        persist_state="session",
        wrap=True,
    )
    if column := KINDS[kind]:
        pairs = pairs[pairs[column]]
    start = first_shown(others_box, f"data-other-pairs-{name}-{kind}", len(pairs), most)
    shown = pairs[["first", "second"]].iloc[start : start + most].to_numpy().tolist()
    pictures = [(_in_its_part(prepared, first), _in_its_part(prepared, second)) for first, second in shown]
    return ChosenPairs(pictures, len(pairs), about)


def _in_its_part(prepared: PreparedSet, row: int) -> PictureTile:
    """A picture of a prepared set with its part as its second line."""
    labels = prepared.labels.iloc[row]
    part = NO_PART if pd.isna(labels["split"]) else labels["split"]
    return shown_sample(prepared.images[row], labels, prepared.card.class_names, part)
