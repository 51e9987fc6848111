"""A run's row of maps: one tile per branch, the ensemble's last, numbers under the picture they belong to."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

STYLE = """<style>
.esr-row {display: flex; gap: .6rem; overflow-x: auto; padding: .2rem 0 .6rem}
.esr-tile {flex: 0 0 auto; width: 8.4rem; font-size: .85rem; line-height: 1.25}
.esr-tile img {width: 100%; border-radius: .3rem; display: block; margin-bottom: .25rem}
.esr-tile .faint {opacity: .65}
.esr-tile .number {float: right; font-variant-numeric: tabular-nums}
.esr-ensemble {border-left: 1px solid rgba(128, 128, 128, .5); padding-left: .6rem; width: 9rem}
.esr-run {margin: .2rem 0 .3rem; font-weight: 600}
.esr-run .chip {display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem; margin-right: .4rem}
.esr-run .faint {opacity: .65; font-weight: 400; margin-left: .5rem}
</style>"""


@dataclass(frozen=True, slots=True)
class Tile:
    """One map over the face, and what is written under it."""

    name: str  # "branch 2" or "ensemble"
    png: bytes
    prediction: str
    number: str  # probability or votes
    note: str = ""  # "no positive evidence", "tie, ..."


def saliency_row(label: str, detail: str, colour: str, tiles: Sequence[Tile]) -> None:
    """Draw one run: its colour, name and detail, then its tiles, scrolling inside their frame when there are many."""
    heading = (
        f'<div class="esr-run"><span class="chip" style="background:{escape(colour)}"></span>{escape(label)}'
        f'<span class="faint">{escape(detail)}</span></div>'
    )
    row = "".join(_tile_html(tile) for tile in tiles)
    st.html(f'{STYLE}{heading}<div class="esr-row" data-testid="saliency-row">{row}</div>')


def _tile_html(tile: Tile) -> str:
    kind = "esr-tile esr-ensemble" if tile.name == "ensemble" else "esr-tile"
    source = f"data:image/png;base64,{b64encode(tile.png).decode()}"
    note = f'<div class="faint">{escape(tile.note)}</div>' if tile.note else ""
    return (
        f'<div class="{kind}"><img src="{source}" alt="{escape(tile.name)}: {escape(tile.prediction)}">'
        f'<div class="faint">{escape(tile.name)}</div>'
        f'<div><span class="number">{escape(tile.number)}</span>{escape(tile.prediction)}</div>{note}</div>'
    )
