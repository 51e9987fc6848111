"""Where do they look, by region? The share of every branch's map in the regions of the face."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from app import answers
from app.faces.action_unit_table import action_unit_table
from app.faces.outlined_face import face_with_regions
from app.faces.saliency import MapChoices, face_maps
from app.kit.figure import draw_figure
from app.shell import session
from esr_core.charts.face_regions import even_shares, face_region_chart, shares_of
from esr_core.records import RunInfo

EXACT = "Regions as this face was drawn"
TEMPLATE = "Regions as they are on average, calibrated on 102 people"


def draw(runs: Sequence[RunInfo], crop: np.ndarray, choices: MapChoices) -> None:
    """The face with its regions, a bar for each map, and what an emotion's action units say of it."""
    found = answers.face_parts(session.face_id(), crop)
    shares = {run.title: shares_of(face_maps(run.run_id, crop, choices), found.parts) for run in runs}
    even = even_shares(found.parts)
    face_box, chart_box = st.columns([1, 3], gap="medium")
    with face_box:
        face_with_regions(crop, found.parts, EXACT if found.exact else TEMPLATE)
    with chart_box:
        draw_figure(face_region_chart(shares, even), "regions")
    action_unit_table(shares, even)
