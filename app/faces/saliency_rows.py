"""A run's row of maps: one tile per branch, the ensemble's last, numbers under the picture they belong to."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from esr_core.records import RunInfo

STYLE = """<style>
.esr-row {display: flex; gap: .6rem; padding: .2rem 0 .6rem}
.esr-branches {display: flex; gap: .6rem; overflow-x: auto; min-width: 0; padding-bottom: .3rem}
.esr-tile {flex: 0 0 auto; width: 8.4rem; font-size: .85rem; line-height: 1.25}
.esr-tile img {width: 100%; border-radius: .3rem; display: block; margin-bottom: .25rem}
.esr-tile .faint {opacity: .65}
.esr-told {display: flex; justify-content: space-between; gap: .4rem}
.esr-told > :first-child {min-width: 0; overflow-wrap: anywhere}
.esr-told > :last-child {white-space: nowrap; font-variant-numeric: tabular-nums}
.esr-ensemble {border-left: 1px solid rgba(128, 128, 128, .5); padding-left: .6rem;
  width: calc(9rem + 1px)}
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
    grid_png: bytes | None = None  # the map's values as they were computed, drawn below it


def saliency_row(
    run: RunInfo, colour: str, branches: Sequence[Tile], ensemble: Tile | None, remarks: Sequence[str], note: str = ""
) -> None:
    """Draw one run: its colour, name and size, then its tiles.

    Where there are many branches they scroll inside their frame; the ensemble's tile stays in sight.

    Args:
        run: with a network.
        colour: of the run.
        branches: a tile for each, in their order.
        ensemble: its tile; None for a single network.
        remarks: said beside the run's name, if not empty.
        note: said below the tiles.
    """
    label = escape(run.label)
    heading = (
        f'<div class="esr-run"><span class="chip" style="background:{escape(colour)}"></span>{label}'
        f'<span class="faint">{escape(_detail(run, len(branches), remarks))}</span></div>'
    )
    tiles = "".join(_tile_html(tile, "esr-tile") for tile in branches)
    vote = "" if ensemble is None else _tile_html(ensemble, "esr-tile esr-ensemble")
    row = f'<div class="esr-branches" tabindex="0" role="group" aria-label="{label}">{tiles}</div>{vote}'
    st.html(f'{STYLE}{heading}<div class="esr-row" data-testid="saliency-row">{row}</div>')
    if note:
        st.caption(note)


def save_menu(png: Callable[[], bytes], csv: Callable[[], str]) -> None:
    """Draw the menu that saves all rows as one picture and their numbers as a table; both are made when asked for."""
    with st.popover("Save", type="tertiary"), st.container(horizontal=True, width="content"):
        st.download_button("PNG", png, "branches.png", "image/png", on_click="ignore")
        st.download_button("CSV", csv, "branches.csv", "text/csv", on_click="ignore")


def _detail(run: RunInfo, num_trained: int, remarks: Sequence[str]) -> str:
    """What is faint beside a run's name; of a run that has fewer branches than planned, how far it is."""
    told = f"{run.parameters.total:,} parameters" if run.parameters else ""
    if run.config and num_trained < run.config.network.num_branches:
        told = f"{num_trained} of {run.config.network.num_branches} branches so far"
    return " · ".join(filter(None, (told, *remarks, run.run_id)))


def _tile_html(tile: Tile, kind: str) -> str:
    images = _image_html(tile.png, f"{tile.name}: {tile.prediction}")
    if tile.grid_png:
        images += _image_html(tile.grid_png, f"{tile.name}: the values as computed")
    note = f'<div class="faint">{escape(tile.note)}</div>' if tile.note else ""
    told = f"<span>{escape(tile.prediction)}</span><span>{escape(tile.number)}</span>"
    return (
        f'<div class="{kind}">{images}'
        f'<div class="faint">{escape(tile.name)}</div>'
        f'<div class="esr-told">{told}</div>{note}</div>'
    )


def _image_html(png: bytes, alt: str) -> str:
    return f'<img src="data:image/png;base64,{b64encode(png).decode()}" alt="{escape(alt)}">'
