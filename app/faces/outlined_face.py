"""The regions on a face."""

import cv2
import numpy as np
import streamlit as st

from esr_core.charts.palette import REGION_COLOURS, rgb
from esr_core.emotions import FACE_PARTS

SHOWN_PX = 384  # four times the crop, so that outlines run between its pixels


def face_with_regions(crop: np.ndarray, parts: np.ndarray, caption: str) -> None:
    """Draw a crop, uint8 RGB (96, 96, 3), with the outlines of its parts, positions in ``FACE_PARTS`` (96, 96)."""
    shown = cv2.resize(crop, (SHOWN_PX, SHOWN_PX), interpolation=cv2.INTER_CUBIC)
    enlarged = cv2.resize(parts, (SHOWN_PX, SHOWN_PX), interpolation=cv2.INTER_NEAREST)
    for number, region in enumerate(FACE_PARTS.values()):
        if region != "outside":
            mask = cv2.erode((enlarged == number).astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0)
            contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(shown, contours, -1, rgb(REGION_COLOURS[region]), 2, cv2.LINE_AA)
    st.image(shown, width="stretch", caption=caption, alt=f"The face with its regions outlined. {caption}")
