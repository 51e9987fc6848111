"""Captioned pictures in rows under titles, drawn with the font that Pillow brings along."""

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

INK, FAINT, PAPER = "#1a1a1a", "#5f5f5f", "#ffffff"
MARGIN_PX, GAP_PX, GROUP_GAP_PX = 24, 12, 28
TITLE_PX, TEXT_PX, LINE_PX = 19, 15, 21  # letters of titles, letters of captions, distance of lines


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A picture and what is written under it."""

    image: np.ndarray  # uint8 RGB (height, size, 3), of one size in all tiles
    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A titled row of tiles: the first and the last stand apart from those between them."""

    title: str
    tiles: Sequence[Tile]


def draw_strips(strips: Sequence[Strip]) -> np.ndarray:
    """All strips, one under the other, uint8 RGB (H, W, 3); first, middle and last tiles stand in common columns."""
    size_px = strips[0].tiles[0].image.shape[1]
    lefts = _column_lefts(max(len(strip.tiles) for strip in strips), size_px)
    return np.vstack([_draw_strip(strip, lefts, size_px) for strip in strips])


def below_each_other(*images: np.ndarray) -> np.ndarray:
    """Images of one width as one, uint8 RGB (H, W, 3), with a strip of paper between them."""
    paper = np.full((GAP_PX // 2, images[0].shape[1], 3), ImageColor.getrgb(PAPER), dtype=np.uint8)
    return np.vstack([images[0], *(part for image in images[1:] for part in (paper, image))])


def draw_legend(bar: np.ndarray, first: str, last: str, width_px: int) -> np.ndarray:
    """A colour bar, uint8 RGB (h, w, 3), between the names of its ends, as the last line of a sheet."""
    canvas, draw = _canvas(width_px, LINE_PX + MARGIN_PX)
    font = ImageFont.load_default(TEXT_PX)
    bar_left = MARGIN_PX + round(font.getlength(first)) + GAP_PX
    canvas.paste(Image.fromarray(bar), (bar_left, (LINE_PX - len(bar)) // 2))
    draw.text((MARGIN_PX, LINE_PX // 2), first, FAINT, font, anchor="lm")
    draw.text((bar_left + bar.shape[1] + GAP_PX, LINE_PX // 2), last, FAINT, font, anchor="lm")
    return np.asarray(canvas)


def wrapped(text: str, font: Font, width_px: int) -> list[str]:
    """Lines of a text none of which is wider; a word too long for a line is broken."""
    text = _plain(text)
    for num_letters in range(len(text), 0, -1):
        lines = textwrap.wrap(text, num_letters)
        if all(font.getlength(line) <= width_px for line in lines):
            return lines
    return [text]


def _column_lefts(num_columns: int, size_px: int) -> list[int]:
    gaps = [MARGIN_PX, GROUP_GAP_PX, *[GAP_PX] * (num_columns - 3), GROUP_GAP_PX]
    return [column * size_px + sum(gaps[: column + 1]) for column in range(num_columns)]


def _draw_strip(strip: Strip, lefts: list[int], size_px: int) -> np.ndarray:
    title_font, text_font = ImageFont.load_default(TITLE_PX), ImageFont.load_default(TEXT_PX)
    width = lefts[-1] + size_px + MARGIN_PX
    title = wrapped(strip.title, title_font, width - 2 * MARGIN_PX)
    captions = [[line for text in tile.lines for line in wrapped(text, text_font, size_px)] for tile in strip.tiles]
    tile_top = MARGIN_PX + len(title) * (LINE_PX + GAP_PX // 2) + GAP_PX // 2
    text_tops = [tile_top + len(tile.image) + GAP_PX // 2 for tile in strip.tiles]
    bottom = max(top + (1 + len(caption)) * LINE_PX for top, caption in zip(text_tops, captions, strict=True))
    canvas, draw = _canvas(width, bottom + GROUP_GAP_PX)
    _write(draw, (MARGIN_PX, MARGIN_PX), title, title_font, INK)
    places = [*lefts[: len(strip.tiles) - 1], lefts[-1]]
    for left, tile, text_top, caption in zip(places, strip.tiles, text_tops, captions, strict=True):
        canvas.paste(Image.fromarray(tile.image), (left, tile_top))
        _write(draw, (left, text_top), [tile.name], text_font, FAINT)
        _write(draw, (left, text_top + LINE_PX), caption, text_font, INK)
    return np.asarray(canvas)


def _canvas(width_px: int, height_px: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    canvas = Image.new("RGB", (width_px, height_px), PAPER)
    return canvas, ImageDraw.Draw(canvas)


def _write(draw: ImageDraw.ImageDraw, corner: tuple[int, int], lines: list[str], font: Font, colour: str) -> None:
    left, top = corner
    for number, line in enumerate(lines):
        draw.text((left, top + number * LINE_PX), line, colour, font)


def _plain(text: str) -> str:
    """The text in ASCII, which is what the font has: letters without their accents, "?" for other scripts."""
    letters = (letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return "".join(letters).encode("ascii", "replace").decode()
