"""A column for each run, a row for each question: equal cells in one frame, which scrolls where they are many."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import escape

import streamlit as st

from app.compare import scales, sparkline
from app.compare.column import Absent, Column
from app.kit import network_drawing, picture_tiles
from app.shell import session

HEADING_REM, CELL_REM, GAP_REM = 7.0, 9.75, 1.0
PICTURE_REM = 5.0  # beside a heading
KEY = "comparison"

STYLE = f"""
.st-key-{KEY} {{overflow-x: auto; gap: 0}}
.st-key-{KEY} > div {{min-width: var(--esr-width); border-top: 1px solid rgba(128, 128, 128, .25); padding: .35rem 0}}
.st-key-{KEY} > div:first-child {{border-top: none}}
.st-key-{KEY} [data-testid="stHorizontalBlock"] {{flex-wrap: nowrap; gap: {GAP_REM}rem}}
.st-key-{KEY} [data-testid="stColumn"] {{min-width: 0}}
.st-key-{KEY} [data-testid="stColumn"]:first-child {{
    flex: 0 0 {HEADING_REM}rem; position: sticky; left: 0; z-index: 2; padding-top: .35rem
}}
.stApp :has(.st-key-{KEY}), .st-key-{KEY}, .st-key-{KEY} > div, .st-key-{KEY} [data-testid="stHorizontalBlock"],
.st-key-{KEY} [data-testid="stColumn"]:first-child {{background-color: inherit}}
.st-key-{KEY} [data-testid="stColumn"]:first-child > div {{gap: .2rem}}
.st-key-{KEY} [data-testid="stPageLink-NavLink"] {{padding: 0; min-height: 0; margin: 0}}
.st-key-{KEY} [data-testid="stPageLink-NavLink"] p {{white-space: normal; font-weight: 600; line-height: 1.25}}
.esr-cells {{display: grid; gap: {GAP_REM}rem; font-size: .9rem; line-height: 1.3}}
.st-key-{KEY} [data-testid="stCaptionContainer"] {{margin: 0}}
.st-key-{KEY} [data-testid="stCaptionContainer"] p {{line-height: 1.25; font-size: .8rem}}
.esr-cells > .cell {{min-width: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums}}
.esr-cells .faint {{opacity: .7; font-size: .8rem}}
.esr-cells .title {{font-weight: 600; border-top: .25rem solid; padding-top: .3rem}}
.st-key-{KEY} .esr-grid {{padding: .2rem 0 0; gap: .4rem}}
"""


TILES = picture_tiles.STYLE.removeprefix("<style>").removesuffix("</style>")
STYLES = "".join((TILES, STYLE, network_drawing.STYLE, scales.STYLE, sparkline.STYLE))
"""Everything that cells are drawn with."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a row asks, and the page that says more of it."""

    label: str
    page: str  # its file
    help: str
    scale: str = ""  # what its cells span
    picture: picture_tiles.PictureTile | None = None  # what its cells are about


def frame(num_columns: int) -> AbstractContextManager:
    """What all rows are drawn in."""
    width = HEADING_REM + num_columns * (CELL_REM + GAP_REM)
    st.html(f"<style>{STYLES}.st-key-{KEY} {{--esr-width: {width}rem}}</style>")
    return st.container(key=KEY)


def row(heading: Heading, cells: Sequence[str], face_id: str) -> None:
    """Draw one row of cells, HTML each; its heading leads to the other page, which is about the same face."""
    heading_box, cells_box = st.columns([1, 6])
    with heading_box:
        params = None if session.face_id() else {session.FACE: face_id}
        st.page_link(heading.page, label=f"{heading.label} ›", help=heading.help, query_params=params)
        if heading.scale:
            st.caption(heading.scale)
        if heading.picture is not None:
            st.html(picture_tiles.tiles_in_cell([heading.picture], PICTURE_REM))
    cells_box.html(cells_html(heading.label, cells))


def titles(columns: Sequence[Column]) -> None:
    """Draw the row of the runs' names, in their colours."""
    _, cells_box = st.columns([1, 6])
    cells_box.html(titles_html(columns))


def titles_html(columns: Sequence[Column]) -> str:
    """HTML of the runs' names."""
    return cells_html("Runs", [_title(each) for each in columns])


def cells_html(label: str, cells: Sequence[str]) -> str:
    """HTML of the cells of a row, beside each other."""
    columns = f"repeat({len(cells)}, minmax({CELL_REM}rem, 1fr))"
    body = "".join(f'<div class="cell">{cell}</div>' for cell in cells)
    style = f"grid-template-columns: {columns}"
    return f'<div class="esr-cells" role="group" aria-label="{escape(label)}" style="{style}">{body}</div>'


def faint(text: str) -> str:
    """HTML of a line of less weight; nothing for no text."""
    return f'<div class="faint">{escape(text)}</div>' if text else ""


def absent(cell: Absent) -> str:
    """HTML of an empty cell."""
    return faint(cell.words)


def _title(shown: Column) -> str:
    state = "" if shown.run.status.state == "finished" else f" · {shown.run.status.state}"
    name = f'<div class="title" style="border-color: {shown.colour}">{escape(shown.run.label)}</div>'
    return name + faint(f"{shown.run.run_id}{state}")
