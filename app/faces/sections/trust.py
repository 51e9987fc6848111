"""Can one trust the maps? Deletion, insertion and randomised weights, for every branch and ensemble."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from app import answers
from app.faces.saliency import MapChoices, face_maps
from app.faces.trust_table import TrustRow, trust_table
from app.kit.figure import draw_figure
from app.kit.plain_text import for_markdown
from app.shell.run_colours import run_colours
from esr_core.charts.faithfulness import faithfulness_chart
from esr_core.charts.randomisation import randomisation_chart
from esr_core.emotions import AFFECT
from esr_core.explanations import FaithfulnessSettings, map_trust
from esr_core.explanations.faithfulness import Baseline
from esr_core.records import RunInfo

BASELINES: dict[Baseline, str] = {"grey": "the face's mean", "blur": "blur"}


def draw(runs: Sequence[RunInfo], crop: np.ndarray, choices: MapChoices) -> None:
    """For each run the numbers with a sentence each, then the curves behind them."""
    st.caption(
        "Deletion takes away what a map points at, its strongest pixels first: the probability should fall soon, so a "
        "small area is good. Insertion gives a blurred face those pixels back: a large area is good. Areas are mean "
        "probabilities along the way, in 0–1, and mean something beside those of maps that know nothing. The "
        "probability of an ensemble is the mean of its branches'. Without what the network has learned, the map should "
        "not stay as it was: a correlation near 0 is good."
    )
    baseline = st.segmented_control(
        "What is deleted becomes",
        list(BASELINES),
        default="grey",
        format_func=BASELINES.__getitem__,
        key="trust_baseline",
        persist_state="session",
    )
    settings = FaithfulnessSettings(deletion_baseline=baseline or "grey")
    colours = run_colours([run.run_id for run in runs])
    for run in runs:
        _draw_run(run, crop, choices, settings, colours[run.run_id])


def _draw_run(run: RunInfo, crop: np.ndarray, choices: MapChoices, settings: FaithfulnessSettings, colour: str) -> None:
    st.header(for_markdown(run.title), divider="gray")
    maps, checkpoint = face_maps(run.run_id, crop, choices), choices.checkpoint(run.run_id)
    if maps.settings.quantity in AFFECT:
        st.info("These maps are about valence or arousal: choose a class, whose probability can be followed.")
        return
    st.caption(for_markdown(f"{maps.title}."))
    titles = maps.titles
    measured = answers.faithfulness(run.run_id, crop, maps, settings, checkpoint)
    randomised = answers.randomisation(run.run_id, crop, maps.classes[: len(titles)], checkpoint)
    draw_figure(faithfulness_chart(measured, titles, colour), f"faithfulness-{run.run_id}")
    whose = ["branch"] * len(maps.branches) + ["ensemble"]
    trust_table([TrustRow(title, whose[n], map_trust(measured, randomised, n)) for n, title in enumerate(titles)])
    draw_figure(randomisation_chart(randomised, titles, colour), f"randomisation-{run.run_id}")
