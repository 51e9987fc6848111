"""How sure each ensemble is of one face: a line per run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

WIDTHS_PX = {"run": 180, "vote": 150, "mean probability": 140, "entropy, bits": 110, "mutual information, bits": 150}
IN_BITS = ("entropy, bits", "mutual information, bits")


@dataclass(frozen=True, slots=True)
class Confidence:
    """What the branches of one run say of a face together; NaN is undefined."""

    run: str
    vote: str  # the class most branches predict
    votes: int  # branches that predict it
    branches: int
    tied: bool  # decided by mean probability
    likeliest: str  # the class of the highest mean probability
    probability: float  # that, in [0, 1]
    entropy: float  # of the mean, in bits
    mutual_information: float  # between branches, in bits; NaN of a single network
    most: float  # the entropy of no idea, in bits


def confidence_table(rows: Sequence[Confidence]) -> None:
    """Draw the table, and below it how to read its last two columns."""
    table = pd.DataFrame(
        [(row.run, _vote(row), f"{row.likeliest} {row.probability:.2f}", *_bits(row)) for row in rows],
        columns=list(WIDTHS_PX),
    )
    left = {name: st.column_config.TextColumn(width=width) for name, width in WIDTHS_PX.items()}
    right = {name: st.column_config.TextColumn(width=WIDTHS_PX[name], alignment="right") for name in IN_BITS}
    st.dataframe(table, hide_index=True, width="stretch", column_config=left | right)
    st.caption(
        "Entropy: how unsure the branches' mean is, from 0 to that of no idea. Mutual information: how much of it is "
        "branches contradicting each other; the rest is what each is unsure of by itself. A tie is broken by mean "
        "probability."
    )


def _vote(row: Confidence) -> str:
    if row.branches == 1:
        return row.vote
    return f"{row.vote}, {row.votes} of {row.branches}{' (tie)' if row.tied else ''}"


def _bits(row: Confidence) -> tuple[str, str]:
    """Entropy and mutual information."""
    information = "n/a" if np.isnan(row.mutual_information) else f"{row.mutual_information:.2f}"
    return f"{row.entropy:.2f} of {row.most:.2f}", information
