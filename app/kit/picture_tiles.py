"""Small pictures with words under them: in grids, or in a row of a run's own."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

STYLE = """<style>
.esr-tile {margin: 0; min-width: 0; font-size: .8rem; line-height: 1.25}
.esr-tile img {width: 100%; aspect-ratio: 1; border-radius: .3rem; display: block; margin-bottom: .25rem}
.esr-tile div {overflow-wrap: anywhere}
.esr-tile .split {display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .4rem}
.esr-tile .split > :first-child {min-width: 0}
.esr-tile .split > :last-child {white-space: nowrap; font-variant-numeric: tabular-nums}
.esr-grid {display: grid; gap: .8rem .6rem; padding-bottom: 1rem}
.esr-grid .esr-grid {gap: .4rem; padding: 0}
.esr-row {display: flex; gap: .6rem; padding: .2rem 0 .6rem; --esr-tile: clamp(6.8rem, 15.3vw - 5.5rem, 20rem)}
.esr-row .esr-tile {flex: 0 0 auto; width: var(--esr-tile); font-size: .85rem}
.esr-scroll {display: flex; gap: .6rem; overflow-x: auto; min-width: 0; padding-bottom: .3rem}
.esr-row > .esr-last {border-left: 1px solid rgba(128, 128, 128, .5); padding-left: .6rem;
    width: calc(var(--esr-tile) + .6rem + 1px)}
.esr-run {margin: .2rem 0 .3rem; font-weight: 600}
.esr-run .chip {display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem; margin-right: .4rem}
.esr-run .faint {font-weight: 400; margin-left: .5rem}
.esr-tile .faint, .esr-run .faint {opacity: .7}
</style>"""


@dataclass(frozen=True, slots=True)
class Line:
    """A line under a picture."""

    text: str
    number: str = ""  # at the line's right end
    is_faint: bool = False


@dataclass(frozen=True, slots=True)
class PictureTile:
    """A picture, or several of one subject below each other, and what is written under it."""

    pictures: Mapping[str, bytes]  # PNG or JPEG, square, by what they show, for those who cannot see it
    lines: tuple[Line, ...]
    hint: str = ""  # for who points at it

    @classmethod
    def captioned(cls, png: bytes, name: str, lines: Sequence[str]) -> "PictureTile":
        """A picture under which its name stands faintly, then the first of some lines, then the others faintly."""
        texts = (Line(text, is_faint=place != 1) for place, text in enumerate((name, *lines)))
        return cls({f"{name}: {lines[0]}": png}, tuple(texts))


def tile_grid(groups: Sequence[Sequence[PictureTile]], tile_rem: float, test_id: str) -> None:
    """Draw tiles in rows, those of a group beside each other.

    Args:
        groups: of equal sizes.
        tile_rem: the least width of a tile.
        test_id: what tests find the grid by.
    """
    size = max((len(group) for group in groups), default=1)
    cells = (_grid(f"repeat({len(group)}, 1fr)", map(_tile, group)) if size > 1 else _tiles(group) for group in groups)
    columns = f"repeat(auto-fill, minmax({tile_rem * size}rem, 1fr))"
    st.html(f'{STYLE}<div data-testid="{test_id}">{_grid(columns, cells)}</div>')


def tiles_in_cell(tiles: Sequence[PictureTile], least_rem: float) -> str:
    """HTML of tiles that fill a cell from the left, in cells of one width all of one size; it needs STYLE beside it.

    Args:
        tiles: in their order.
        least_rem: the least width of a tile.
    """
    return _grid(f"repeat(auto-fill, minmax({least_rem}rem, 1fr))", map(_tile, tiles))


def run_row(
    run: str, colour: str, detail: str, tiles: Sequence[PictureTile], test_id: str, last: PictureTile | None = None
) -> None:
    """Draw a run's name in its colour and a row of its tiles, which scroll inside their frame where they are many.

    Args:
        run: its name.
        colour: of the run.
        detail: said faintly beside the name.
        tiles: in their order.
        test_id: what tests find the row by.
        last: a tile that stays in sight behind the others.
    """
    chip = f'<span class="chip" style="background:{escape(colour)}"></span>'
    heading = f'<div class="esr-run">{chip}{escape(run)}<span class="faint">{escape(detail)}</span></div>'
    scrolled = f'<div class="esr-scroll" tabindex="0" role="group" aria-label="{escape(run)}">{_tiles(tiles)}</div>'
    kept = "" if last is None else _tile(last, "esr-tile esr-last")
    st.html(f'{STYLE}{heading}<div class="esr-row" data-testid="{test_id}">{scrolled}{kept}</div>')


def _grid(columns: str, cells: Iterable[str]) -> str:
    return f'<div class="esr-grid" style="grid-template-columns: {columns}">{"".join(cells)}</div>'


def _tiles(tiles: Sequence[PictureTile]) -> str:
    return "".join(map(_tile, tiles))


def _tile(tile: PictureTile, kind: str = "esr-tile") -> str:
    images = "".join(
        f'<img src="{_address(picture)}" alt="{escape(shown)}">' for shown, picture in tile.pictures.items()
    )
    hint = f' title="{escape(tile.hint)}"' if tile.hint else ""
    return f'<figure class="{kind}"{hint}>{images}{"".join(map(_line, tile.lines))}</figure>'


def _line(line: Line) -> str:
    if line.number:
        return f'<div class="split"><span>{escape(line.text)}</span><span>{escape(line.number)}</span></div>'
    kind = ' class="faint"' if line.is_faint else ""
    return f"<div{kind}>{escape(line.text)}</div>"


def _address(picture: bytes) -> str:
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(picture).decode()}"
