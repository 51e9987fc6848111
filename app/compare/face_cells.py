"""What a run says of the face, and where its branches look: tiles of one size in all columns."""

from html import escape

import numpy as np

from app.compare.column import Absent, Column
from app.compare.grid import absent, faint
from app.kit.picture_tiles import Line, PictureTile, tiles_in_cell
from esr_core.explanations import Caption, SheetStyle, drawn, encode_png
from esr_core.metrics import plurality_vote, probabilities

TILE_PX = 192
STYLE = SheetStyle(size_px=TILE_PX)


def vote_cell(shown: Column) -> str:
    """HTML of the class that wins the vote, its mean probability, and how many branches name it."""
    if isinstance(shown.look, Absent):
        return absent(shown.look)
    maps = shown.look.maps
    logits = maps.logits[None]  # (1, N, C)
    vote, num_branches = plurality_vote(logits), logits.shape[1]
    winner = int(vote.predictions[0])
    probability = probabilities(logits).mean(axis=(0, 1))[winner]
    tie = ", a tie decided by mean probability" if vote.tied[0] else ""
    votes = f"{vote.votes[0, winner]} of {num_branches} votes{tie}" if num_branches > 1 else ""
    name = f"<strong>{escape(maps.class_names[winner])}</strong> {probability:.2f}"
    return name + faint(votes) + faint(shown.look.moment)


def maps_cell(shown: Column, tile_rem: float) -> str:
    """HTML of a tile for each branch, and below what one has to know to read them.

    Args:
        shown: the run.
        tile_rem: the least width of a tile.
    """
    if isinstance(shown.look, Absent):
        return absent(shown.look)
    look, maps = shown.look, shown.look.maps
    pairs = zip(maps.branches, maps.captions(), strict=False)  # the last caption is the ensemble's
    tiles = [_tile(drawn(look.picture, saliency, STYLE), caption) for saliency, caption in pairs]
    remarks = _remarks(shown, len(tiles), look.unknown_class)
    return tiles_in_cell(tiles, tile_rem) + "".join(map(faint, remarks))


def _remarks(shown: Column, num_branches: int, unknown_class: str) -> list[str]:
    """How a run's maps differ from those beside it."""
    network, remarks = shown.network, []
    if num_branches < network.num_branches:
        remarks.append(f"{num_branches} of {network.num_branches} branches so far")
    if unknown_class:
        remarks.append(f"does not know {unknown_class}: each branch's own class")
    if network.num_branches > 1 and network.branching_level == network.layout.num_blocks:
        remarks.append("all blocks are shared: maps differ only through linear weights")
    return remarks


def _tile(picture: np.ndarray, caption: Caption) -> PictureTile:
    lines = [Line(caption.prediction), Line(caption.number, is_faint=True)]
    notes = [Line(caption.note, is_faint=True)] if caption.note else []
    return PictureTile(
        {f"{caption.name}: {caption.prediction} {caption.number}": encode_png(picture)}, (*lines, *notes), caption.name
    )
