"""The fields of a new training."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, get_args

import streamlit as st

from esr_core.config import MAX_BRANCHING_LEVEL, Architecture, Strategy


class HasTitle(Protocol):
    """What the form shows of a prepared set."""

    @property
    def title(self) -> str:
        """Its name for people."""

    @property
    def num_pictures(self) -> int:
        """How many pictures it has."""


def train_form(sets: Mapping[str, HasTitle], devices: Sequence[str], key: str) -> dict[str, Any]:
    """Draw the fields and return their values."""

    def title(name: str) -> str:
        return f"{name} · {sets[name].num_pictures:,} pictures"

    data = st.selectbox("Data", list(sets), format_func=title, key=f"{key}-data")
    architecture = st.segmented_control(
        "Network", get_args(Architecture), default="lab", key=f"{key}-architecture", required=True
    )
    highest = MAX_BRANCHING_LEVEL[architecture]
    level = st.slider("Shared blocks (0 = traditional ensemble)", 0, highest, 3, key=f"{key}-level-{architecture}")
    branches = st.number_input("Branches (1 = single network)", 1, 32, 4, key=f"{key}-branches")
    strategy = st.selectbox("Strategy", get_args(Strategy), index=1, key=f"{key}-strategy")
    first, later = st.columns(2)
    epochs = first.number_input("Epochs", 1, 10_000, 20, key=f"{key}-epochs", help="Of the first branch")
    later_epochs = later.number_input("Later epochs", 1, 10_000, 10, key=f"{key}-later", help="Of each later branch")
    batch_size = first.number_input("Batch size", 2, 1024, 32, key=f"{key}-batch")
    learning_rate = later.number_input("Learning rate", 0.0001, 1.0, 0.1, format="%.4f", key=f"{key}-rate")
    seed = first.number_input("Seed", 0, 2**31, 0, key=f"{key}-seed")
    device = later.selectbox("Device", devices, key=f"{key}-device")
    return {
        "data": data,
        "architecture": architecture,
        "level": level,
        "branches": branches,
        "strategy": strategy,
        "epochs": epochs,
        "later_epochs": later_epochs,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "seed": seed,
        "device": device,
    }
