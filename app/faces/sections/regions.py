"""Where do they look, by region? The share of every branch's map in the regions of the face."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from app import answers
from app.faces.action_unit_table import action_unit_table
from app.faces.region_chart import RegionShares, face_with_regions, region_chart
from app.faces.saliency import MapChoices, face_maps
from app.shell import session
from esr_core.explanations import region_shares
from esr_core.records import RunInfo

EXACT = "Regions as this face was drawn"
TEMPLATE = "Regions as they are on average, calibrated on 102 people"


def draw(runs: Sequence[RunInfo], crop: np.ndarray, choices: MapChoices) -> None:
    """The face with its regions, a bar for each map, and what an emotion's action units say of it."""
    found = answers.face_parts(session.face_id(), crop)
    shares = {run.title: _shares(run, crop, choices, found.parts) for run in runs}
    even = region_shares(np.ones_like(found.parts, dtype=np.float32), found.parts)
    face_box, chart_box = st.columns([1, 3], gap="medium")
    with face_box:
        face_with_regions(crop, found.parts, EXACT if found.exact else TEMPLATE)
    with chart_box:
        region_chart(shares, even, "regions")
    action_unit_table(shares, even)


def _shares(run: RunInfo, crop: np.ndarray, choices: MapChoices, parts: np.ndarray) -> list[RegionShares]:
    """Of every branch, and of the ensemble where there is one."""
    asked = face_maps(run.run_id, crop, choices)
    captions, maps, count = asked.captions(), asked.maps, asked.num_opinions
    return [
        RegionShares(caption.name, caption.prediction, region_shares(saliency, parts))
        for caption, saliency in zip(captions[:count], maps[:count], strict=True)
    ]
