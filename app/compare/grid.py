"""A column for each run or group, a row for each question: equal cells in one frame, which scrolls if there are many.

Every cell is a link to the page that goes deeper, which can be opened beside this page; a plain click on it presses its
row's heading, which changes the page without loading the dashboard anew.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.compare import scales, sparkline
from app.compare.column import Absent, Column
from app.kit import network_drawing, picture_tiles
from app.shell import session

HEADING_REM, CELL_REM, GAP_REM = 7.0, 9.75, 1.0
PICTURE_REM = 5.0  # beside a heading
CELL = '<div class="cell">', "</div>"
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
.st-key-doors {{position: absolute}}
.st-key-moment [data-testid="stSliderTickBar"] {{display: none}}
.esr-cells {{display: grid; gap: {GAP_REM}rem; font-size: .9rem; line-height: 1.3}}
.st-key-{KEY} [data-testid="stCaptionContainer"] {{margin: 0}}
.st-key-{KEY} [data-testid="stCaptionContainer"] p {{line-height: 1.25; font-size: .8rem}}
.esr-cells > .cell {{
    min-width: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; color: inherit; text-decoration: none;
    border-radius: .3rem; display: block
}}
.esr-cells > .cell:hover, .esr-cells > .cell:focus-visible {{
    background: rgba(128, 128, 128, .12); outline: .25rem solid rgba(128, 128, 128, .12)
}}
.esr-cells .faint {{opacity: .7; font-size: .8rem}}
.esr-cells .title {{font-weight: 600; border-top: .25rem solid; padding-top: .3rem}}
.st-key-{KEY} .esr-grid {{padding: .2rem 0 0; gap: .4rem}}
"""

_doors = st.components.v2.component(
    "comparison_doors",
    js="""export default ({data}) => {
        const frame = document.querySelector(`.st-key-${data.frame}`);
        if (!frame) return;
        for (const cell of frame.querySelectorAll("a.cell")) cell.search = data.query;
        frame.onclick = (event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            const row = event.target.closest("a.cell")?.closest("[data-testid='stHorizontalBlock']");
            const heading = row?.querySelector("[data-testid='stPageLink-NavLink']");
            if (heading) { event.preventDefault(); heading.click(); }
        };
    }""",
)


TILES = picture_tiles.STYLE.removeprefix("<style>").removesuffix("</style>")
STYLES = "".join((TILES, STYLE, network_drawing.STYLE, scales.STYLE, sparkline.STYLE))
"""Everything that cells are drawn with."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands."""

    picture: DeltaGenerator  # beside its heading
    cells: DeltaGenerator


@dataclass(frozen=True, slots=True)
class Heading:
    """What a row asks, and the page that says more of it."""

    label: str
    page: str  # its room, and its place in the address
    help: str
    scale: str = ""  # what its cells span
    is_about_face: bool = False
    picture: picture_tiles.PictureTile | None = None  # what its cells are about


def frame(num_columns: int) -> AbstractContextManager:
    """What all rows are drawn in."""
    width = HEADING_REM + num_columns * (CELL_REM + GAP_REM)
    st.html(f"<style>{STYLES}.st-key-{KEY} {{--esr-width: {width}rem}}</style>")
    return st.container(key=KEY)


def open_doors(face_id: str) -> None:
    """Let all cells lead to pages that are about this face, and about what else the address has by now."""
    _doors(key="doors", data={"frame": KEY, "query": _query(face_id)})


def row(heading: Heading, face_id: str) -> Place:
    """Draw the heading of a row, which leads to another page, and return where ``fill`` draws the rest.

    Cells about the face are drawn by a fragment, which may do so again and again; of other rows there is one element.
    """
    heading_box, cells_box = st.columns([1, 6])
    with heading_box:
        params = None if session.face_id() else {session.FACE: face_id}
        file = f"app/{heading.page}/page.py"
        st.page_link(file, label=f"{heading.label} ›", help=heading.help, query_params=params)
        if heading.scale:
            st.caption(heading.scale)
        return Place(st.container(), cells_box if heading.is_about_face else cells_box.empty())


def fill(place: Place, heading: Heading, cells: Sequence[str], face_id: str) -> None:
    """Draw the cells of a row, HTML each, instead of those that stand there; each leads to the heading's page.

    Nothing is left out in a row about the face: its fragment may write again only where it wrote at first.
    """
    if heading.is_about_face and heading.picture is None:
        place.picture.empty()
    elif heading.picture is not None:
        place.picture.html(picture_tiles.tiles_in_cell([heading.picture], PICTURE_REM))
    place.cells.html(cells_html(heading.label, cells, f"{heading.page}?{_query(face_id)}"))


def _query(face_id: str) -> str:
    return urlencode(st.query_params.to_dict() | {session.FACE: face_id})


def cells_html(label: str, cells: Sequence[str], address: str = "") -> str:
    """HTML of the cells of a row, beside each other; with an address each is a link to it."""
    columns = f"repeat({len(cells)}, minmax({CELL_REM}rem, 1fr))"
    opening, closing = (f'<a class="cell" href="{escape(address)}">', "</a>") if address else CELL
    body = "".join(f"{opening}{cell}{closing}" for cell in cells)
    style = f"grid-template-columns: {columns}"
    return f'<div class="esr-cells" role="group" aria-label="{escape(label)}" style="{style}">{body}</div>'


def titles(columns: Sequence[Column], face_id: str) -> None:
    """Draw the row of the names of runs and groups, in their colours."""
    heading = Heading("Runs", "runs", "All runs with their settings and results; pick others there, or in the sidebar.")
    fill(row(heading, face_id), heading, _titles(columns), face_id)


def titles_html(columns: Sequence[Column]) -> str:
    """HTML of the names of runs and groups."""
    return cells_html("Runs", _titles(columns))


def _titles(columns: Sequence[Column]) -> list[str]:
    return [_title(each) for each in columns]


def faint(text: str) -> str:
    """HTML of a line of less weight; nothing for no text."""
    return f'<div class="faint">{escape(text)}</div>' if text else ""


def absent(cell: Absent) -> str:
    """HTML of an empty cell."""
    return faint(cell.words)


def _title(shown: Column) -> str:
    about = shown.about
    name = f'<div class="title" style="border-color: {about.colour}">{escape(about.name)}</div>'
    return name + faint(about.detail)
