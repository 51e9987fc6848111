"""How sure are they? Votes, probabilities, entropies, and where each branch puts the face in valence and arousal."""

from collections.abc import Sequence
from math import log2

import numpy as np
import streamlit as st

from app import answers
from app.answers import Explained
from app.faces.confidence_table import Confidence, confidence_table
from app.faces.saliency import MapChoices
from app.kit.figure import draw_figure
from app.kit.plain_text import for_markdown
from app.shell.run_colours import run_colours
from esr_core.charts.face_affect import FaceAffect, face_affect_chart
from esr_core.charts.probabilities import probability_chart
from esr_core.metrics import mean_probability, plurality_vote, probabilities, spread_ellipse, uncertainty
from esr_core.records import RunInfo


def draw(runs: Sequence[RunInfo], crop: np.ndarray, choices: MapChoices) -> None:
    """A line for each run, the affect of those that know it, and a chart of each one's probabilities."""
    said = [(run, answers.explanation(run.run_id, crop, choices.checkpoint(run.run_id))) for run in runs]
    confidence_table([_confidence(run.title, explained) for run, explained in said])
    colours = run_colours([run.run_id for run in runs])
    rated = [
        FaceAffect(run.title, colours[run.run_id], explained.affect, spread_ellipse(explained.affect))
        for run, explained in said
        if explained.affect is not None
    ]
    if rated:
        draw_figure(face_affect_chart(rated), "affect")
    for run, explained in said:
        logits = explained.logits[None]  # (1, N, C)
        shares, mean = probabilities(logits)[0], mean_probability(logits)[0]
        chart = probability_chart(run.label, explained.class_names, shares, mean)
        draw_figure(chart, f"probabilities-{run.run_id}")
        st.caption(for_markdown(run.run_id))


def _confidence(title: str, explained: Explained) -> Confidence:
    logits = explained.logits[None]  # (1, N, C)
    vote, mean, doubt = plurality_vote(logits), mean_probability(logits)[0], uncertainty(probabilities(logits))
    chosen = int(vote.predictions[0])
    return Confidence(
        run=title,
        vote=explained.class_names[chosen],
        votes=int(vote.votes[0, chosen]),
        branches=len(explained.logits),
        tied=bool(vote.tied[0]),
        likeliest=explained.class_names[int(mean.argmax())],
        probability=float(mean.max()),
        entropy=float(doubt.total[0]),
        mutual_information=float(doubt.mutual_information[0]),
        most=log2(len(mean)),
    )
