"""A run's row of maps: one tile per branch, the ensemble's last, numbers under the picture they belong to."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

STYLE = """<style>
.esr-row {display: flex; gap: .6rem; padding: .2rem 0 .6rem}
.esr-branches {display: flex; gap: .6rem; overflow-x: auto; min-width: 0; padding-bottom: .3rem}
.esr-tile {flex: 0 0 auto; width: 8.4rem; font-size: .85rem; line-height: 1.25}
.esr-tile img {width: 100%; border-radius: .3rem; display: block; margin-bottom: .25rem}
.esr-tile .faint {opacity: .65}
.esr-told {display: flex; justify-content: space-between; gap: .4rem}
.esr-told > :first-child {min-width: 0; overflow-wrap: anywhere}
.esr-told > :last-child {white-space: nowrap; font-variant-numeric: tabular-nums}
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


def saliency_row(label: str, detail: str, colour: str, branches: Sequence[Tile], ensemble: Tile | None) -> None:
    """Draw one run: its colour, name and detail, then its tiles.

    Where there are many branches they scroll inside their frame; the ensemble's tile stays in sight.
    """
    heading = (
        f'<div class="esr-run"><span class="chip" style="background:{escape(colour)}"></span>{escape(label)}'
        f'<span class="faint">{escape(detail)}</span></div>'
    )
    tiles = "".join(_tile_html(tile, "esr-tile") for tile in branches)
    vote = "" if ensemble is None else _tile_html(ensemble, "esr-tile esr-ensemble")
    row = f'<div class="esr-branches" tabindex="0" role="group" aria-label="{escape(label)}">{tiles}</div>{vote}'
    st.html(f'{STYLE}{heading}<div class="esr-row" data-testid="saliency-row">{row}</div>')


def _tile_html(tile: Tile, kind: str) -> str:
    source = f"data:image/png;base64,{b64encode(tile.png).decode()}"
    note = f'<div class="faint">{escape(tile.note)}</div>' if tile.note else ""
    told = f"<span>{escape(tile.prediction)}</span><span>{escape(tile.number)}</span>"
    return (
        f'<div class="{kind}"><img src="{source}" alt="{escape(tile.name)}: {escape(tile.prediction)}">'
        f'<div class="faint">{escape(tile.name)}</div>'
        f'<div class="esr-told">{told}</div>{note}</div>'
    )
