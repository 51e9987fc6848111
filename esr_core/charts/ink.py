"""Numbers on coloured cells, in black or white, whichever contrasts more with their cell: 4.5 to 1 at least."""

import numpy as np
import plotly.graph_objects as go
from plotly.colors import sample_colorscale, unlabel_rgb

from esr_core.charts.palette import BLACK, WHITE, rgb

WEIGHTS = (0.2126, 0.7152, 0.0722)  # of red, green and blue in what the eye takes for light
AS_FAR_FROM_BOTH = 0.1791  # the relative luminance that contrasts with black as much as with white


def is_light(colours: np.ndarray) -> np.ndarray:
    """Whether black contrasts more than white with each of these colours.

    Args:
        colours: red, green and blue (..., 3), 0-255.

    Returns:
        (...), bool.

    Source: WCAG 2.2, relative luminance and contrast ratio.
    """
    shares = np.asarray(colours) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return linear @ WEIGHTS > AS_FAR_FROM_BOTH


def ink_on(colour: str) -> str:
    """Black or white, whichever contrasts more with a colour of the palette."""
    return BLACK if is_light(np.array(rgb(colour))) else WHITE


def are_light(cells: np.ndarray, scale: str, least: float, most: float) -> np.ndarray:
    """Whether black contrasts more than white with each cell of a heat map.

    Args:
        cells: values (R, C); NaN is never light.
        scale: name of a colour scale of Plotly's.
        least: the value of its first colour.
        most: the value of its last colour, more than ``least``.

    Returns:
        (R, C), bool.
    """
    shares = np.clip((np.nan_to_num(cells, nan=least) - least) / (most - least), 0, 1)
    colours = [unlabel_rgb(colour) for colour in sample_colorscale(scale, shares.ravel().tolist())]
    return is_light(np.array(colours).reshape(*cells.shape, 3)) & ~np.isnan(cells)


def in_contrasting_ink(cells: go.Heatmap, light: np.ndarray) -> list[go.Heatmap]:
    """All cells with their numbers in white, and what covers the light ones of them, with the same numbers in black.

    Args:
        cells: numbered by its ``texttemplate``.
        light: which cells are light (R, C), bool.
    """
    covering = np.where(light, np.asarray(cells.z, dtype=float), np.nan)
    above = go.Heatmap(cells).update(z=covering, textfont_color=BLACK, showscale=False, hoverongaps=False)
    return [cells.update(textfont_color=WHITE), above]
