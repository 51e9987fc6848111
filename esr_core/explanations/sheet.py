"""One picture that shows what every branch of one or several ensembles sees in a face."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from esr_core.architectures import PICTURE_SIZE_PX
from esr_core.errors import ExplanationError
from esr_core.explanations.face_maps import Caption, FaceMaps
from esr_core.explanations.overlay import SIGNED_COLOURS, as_cells, enlarged, overlay, paint
from esr_core.explanations.tiles import Strip, Tile, below_each_other, draw_legend, draw_strips


@dataclass(frozen=True, slots=True, eq=False)
class SheetRow:
    """One ensemble's maps of one face."""

    label: str  # of the ensemble, for instance ``RunInfo.title``
    picture: np.ndarray  # the face as the network sees it, uint8 RGB (H, W, 3)
    maps: FaceMaps


@dataclass(frozen=True, slots=True)
class SheetStyle:
    """How maps are drawn; see ``overlay``."""

    colour_map: str = "cividis"
    opacity: float = 0.5
    size_px: int = 192
    shared_scale: bool = False  # one colour range for all maps of a row; else each has its own
    grid: bool = False  # below each map also its values as the network computed them, a cell for each

    @property
    def signed(self) -> bool:
        """Whether evidence against is drawn as well."""
        return self.colour_map == SIGNED_COLOURS


def explanation_sheet(rows: Sequence[SheetRow], style: SheetStyle | None = None) -> np.ndarray:
    """Rows are ensembles; columns are the face, each branch's map over it and, last, the ensemble's.

    Args:
        rows: at least one.
        style: colours, opacity and size of the maps.

    Returns:
        uint8 RGB (H, W, 3), as wide and as high as its rows need.

    Raises:
        ExplanationError: if there is no row, or a setting of the style is impossible.
    """
    style = style or SheetStyle()
    if not rows:
        raise ExplanationError("rows must hold at least one ensemble's maps, got none")
    if style.size_px < PICTURE_SIZE_PX:  # smaller ones leave no room for words under them
        raise ExplanationError(f"size_px must be at least {PICTURE_SIZE_PX} on a sheet, got {style.size_px}")
    strips = draw_strips([row_strip(row, style) for row in rows])
    bar = paint(np.linspace(0, 1, style.size_px)[None].repeat(10, axis=0), style.colour_map)
    where = "row" if style.shared_scale else "map"
    ends = ("most against", f"most for, in its {where}") if style.signed else ("no evidence", f"most in its {where}")
    return np.vstack([strips, draw_legend(bar, *ends, strips.shape[1])])


def row_strip(row: SheetRow, style: SheetStyle) -> Strip:
    """One row of the sheet, its pictures and its words."""
    face = Tile(enlarged(row.picture, style.size_px), "face")
    captions = row.maps.captions(style.signed)
    scale = colour_scale(np.stack(row.maps.maps), style.signed) if style.shared_scale else None
    tiles = [
        _map_tile(_with_grid(row.picture, saliency, style, scale), caption)
        for saliency, caption in zip(row.maps.maps, captions, strict=True)
    ]
    return Strip(f"{row.label}: {row.maps.title}", [face, *tiles])


def drawn(picture: np.ndarray, saliency: np.ndarray, style: SheetStyle, scale: float | None = None) -> np.ndarray:
    """A map over its face, smooth, uint8 RGB (size_px, size_px, 3).

    Arguments are those of ``overlay``; the scale is by default that of ``colour_scale``.

    Raises:
        ExplanationError: if an argument is not as ``overlay`` wants it.
    """
    scale = scale or colour_scale(saliency, style.signed)
    return overlay(picture, saliency, style.colour_map, style.opacity, style.size_px, scale)


def drawn_grid(picture: np.ndarray, saliency: np.ndarray, style: SheetStyle, scale: float | None = None) -> np.ndarray:
    """As :func:`drawn`, every value of the map a cell of one colour: nothing is seen that was not computed."""
    scale = scale or colour_scale(saliency, style.signed)
    return drawn(picture, as_cells(saliency, style.size_px), style, scale)


def colour_scale(maps: np.ndarray, signed: bool) -> float | None:
    """The strength that gets the last colour in one or several maps (..., h, w); None where there is nothing to see.

    It is the greatest. In maps as fine as the picture a few pixels far above the rest would leave it no colour, so
    there the strongest hundredth shares the last one.
    """
    strength = np.abs(maps) if signed else np.maximum(maps, 0)
    is_fine = maps.shape[-1] >= PICTURE_SIZE_PX
    return float(np.percentile(strength, 99) if is_fine else strength.max()) or float(strength.max()) or None


def _with_grid(picture: np.ndarray, saliency: np.ndarray, style: SheetStyle, scale: float | None) -> np.ndarray:
    smooth = drawn(picture, saliency, style, scale)
    return below_each_other(smooth, drawn_grid(picture, saliency, style, scale)) if style.grid else smooth


def _map_tile(image: np.ndarray, caption: Caption) -> Tile:
    return Tile(image, caption.name, tuple(filter(None, (f"{caption.prediction} {caption.number}", caption.note))))
