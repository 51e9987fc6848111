"""Can one trust the maps? Deletion, insertion and randomised weights, for every branch and ensemble."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from app import answers
from app.faces.faithfulness_chart import CurvePanel, faithfulness_chart
from app.faces.randomisation_chart import randomisation_chart
from app.faces.saliency import MapChoices, face_maps
from app.faces.trust_table import TrustRow, trust_table
from app.kit.plain_text import for_markdown
from app.shell.run_colours import run_colours
from esr_core.explanations import Faithfulness, FaithfulnessSettings, map_trust
from esr_core.explanations.faithfulness import Baseline
from esr_core.explanations.reading import AFFECT
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
    titles = [f"{caption.name}: {caption.prediction}" for caption in maps.captions()[: maps.num_opinions]]
    measured = answers.faithfulness(run.run_id, crop, maps, settings, checkpoint)
    randomised = answers.randomisation(run.run_id, crop, maps.classes[: len(titles)], checkpoint)
    rows = {"deletion": _panels(measured, "deletion"), "insertion": _panels(measured, "insertion")}
    question = "Does the probability follow the map?"
    faithfulness_chart(question, rows, titles, measured.shares, colour, f"faithfulness-{run.run_id}")
    whose = ["branch"] * len(maps.branches) + ["ensemble"]
    trust_table([TrustRow(title, whose[n], map_trust(measured, randomised, n)) for n, title in enumerate(titles)])
    question = "Does Grad-CAM depend on what was learned?"
    randomisation_chart(
        question, randomised.layers, randomised.similarity, titles, colour, f"randomisation-{run.run_id}"
    )


def _panels(measured: Faithfulness, measure: str) -> list[CurvePanel]:
    own, random, centre = (getattr(curves, measure) for curves in (measured.own, measured.random, measured.centre))
    return [CurvePanel(own[n], random[:, n], centre[n]) for n in range(len(own))]
