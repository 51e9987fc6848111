"""What can be asked about a face besides where the branches look: one module per question, drawn one at a time."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from app.faces.saliency import MapChoices
from app.faces.sections import alike, confidence, regions, trust, what_if
from esr_core.records import RunInfo

Section = Callable[[Sequence[RunInfo], np.ndarray, MapChoices], None]
"""Draws its answer for the runs that can look, the face's crop (96, 96, 3), and how maps are to be shown."""

SECTIONS: dict[str, Section] = {
    "How sure are they?": confidence.draw,
    "Which regions?": regions.draw,
    "Can one trust them?": trust.draw,
    "What if ...?": what_if.draw,
    "Do they look alike?": alike.draw,
}


def draw(runs: Sequence[RunInfo], crop: np.ndarray, choices: MapChoices) -> None:
    """Let the user choose a question and draw its answer; nothing is computed for the others."""
    first = next(iter(SECTIONS))
    chosen = st.segmented_control(
        "More about this face",
        list(SECTIONS),
        default=first,
        key="face_section",
        persist_state="session",
        label_visibility="collapsed",
        wrap=True,
    )
    if chosen:
        SECTIONS[chosen](runs, crop, choices)
