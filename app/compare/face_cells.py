"""What a run says of the face, and where its branches look: tiles of one size in all columns."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np
import streamlit as st

from app.compare.column import Absent, Column, Look
from app.compare.grid import absent, faint
from app.kit.picture_tiles import Line, PictureTile, tiles_in_cell
from esr_core.explanations import Caption, SheetStyle, drawn, encode_jpeg
from esr_core.metrics import plurality_vote, probabilities

TILE_PX = 192
STYLE = SheetStyle(size_px=TILE_PX)


class Verdict(NamedTuple):
    """What the branches of a run decide of the face."""

    class_name: str
    probability: float  # mean over branches, in [0, 1]
    votes: int
    is_tied: bool


def verdict(look: Look) -> Verdict:
    """The class that wins the vote."""
    logits = look.maps.logits[None]  # (1, N, C)
    vote = plurality_vote(logits)
    winner = int(vote.predictions[0])
    probability = float(probabilities(logits).mean(axis=(0, 1))[winner])
    return Verdict(look.maps.class_names[winner], probability, int(vote.votes[0, winner]), bool(vote.tied[0]))


def vote_cell(shown: Column) -> str:
    """HTML of the class that wins the vote, its mean probability, and how many branches name it."""
    if isinstance(shown.look, Absent):
        return absent(shown.look)
    decided, num_branches = verdict(shown.look), len(shown.look.maps.logits)
    tie = ", a tie decided by mean probability" if decided.is_tied else ""
    votes = f"{decided.votes} of {num_branches} votes{tie}" if num_branches > 1 else ""
    trial = f"trial {shown.about.run.run_id}" if shown.about.group else ""
    name = f"<strong>{escape(decided.class_name)}</strong> {decided.probability:.2f}"
    return name + "".join(map(faint, (votes, shown.look.moment, trial)))


def maps_cell(shown: Column, tile_rem: float) -> str:
    """HTML of a tile for each branch, and below what one has to know to read them.

    Args:
        shown: the run or group.
        tile_rem: the least width of a tile.
    """
    if isinstance(shown.look, Absent):
        return absent(shown.look)
    look, maps = shown.look, shown.look.maps
    pictures = _pictures(look.picture, maps.branches)
    captions = maps.captions()[: len(pictures)]  # the last one is the ensemble's
    tiles = [_tile(*pair) for pair in zip(pictures, captions, strict=True)]
    return tiles_in_cell(tiles, tile_rem) + "".join(map(faint, _remarks(shown, look.unknown_class, len(pictures))))


@st.cache_data(max_entries=256, show_spinner=False)
def _pictures(picture: np.ndarray, maps: np.ndarray) -> Sequence[bytes]:
    """JPEGs of the face under each of its maps (N, h, w): a fifth of the bytes of PNGs, sent after every click."""
    return [encode_jpeg(drawn(picture, saliency, STYLE)) for saliency in maps]


def _remarks(shown: Column, unknown_class: str, num_branches: int) -> list[str]:
    """How a run's maps differ from those beside it."""
    network, remarks = shown.about.network, []
    if num_branches < network.num_branches:
        remarks.append(f"{num_branches} of {network.num_branches} branches so far")
    if unknown_class:
        remarks.append(f"does not know {unknown_class}: each branch's own class")
    if network.num_branches > 1 and network.branching_level == network.layout.num_blocks:
        remarks.append("all blocks are shared: maps differ only through linear weights")
    return remarks


def _tile(picture: bytes, caption: Caption) -> PictureTile:
    lines = [Line(caption.prediction), Line(caption.number, is_faint=True)]
    notes = [Line(caption.note, is_faint=True)] if caption.note else []
    shown = f"{caption.name}: {caption.prediction} {caption.number}"
    return PictureTile({shown: picture}, (*lines, *notes), caption.name)
