"""Samples of a data set side by side, each with its labels under it."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

COLUMNS = 8


def sample_grid(pictures: Sequence[np.ndarray], captions: Sequence[str]) -> None:
    """Draw pictures, uint8 RGB (96, 96, 3), in rows."""
    for start in range(0, len(pictures), COLUMNS):
        row = zip(pictures[start : start + COLUMNS], captions[start : start + COLUMNS], strict=True)
        for box, (picture, caption) in zip(st.columns(COLUMNS), row, strict=False):
            box.image(picture, caption=caption, width="stretch")
