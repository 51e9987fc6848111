"""The ink of numbers on cells against WCAG's formula, written out colour by colour."""

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.colors import sample_colorscale, unlabel_rgb

from esr_core.charts.heat_map import heat_map
from esr_core.charts.ink import are_light, in_contrasting_ink, ink_on
from esr_core.charts.palette import OKABE_ITO, UNKNOWN_COLOUR, rgb
from esr_core.emotions import COLOURS


def luminance(colour: tuple[float, float, float]) -> float:
    red, green, blue = (
        value / 255 / 12.92 if value / 255 <= 0.04045 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scale", ["cividis", "RdBu_r"])
def test_the_ink_contrasts_with_every_colour_of_a_scale(scale):
    values = np.linspace(-1, 1, 201)
    light = are_light(values[None], scale, -1, 1)[0]
    grounds = [luminance(unlabel_rgb(colour)) for colour in sample_colorscale(scale, ((values + 1) / 2).tolist())]
    contrasts = [
        (ground + 0.05) / 0.05 if is_light else 1.05 / (ground + 0.05)
        for ground, is_light in zip(grounds, light, strict=True)
    ]
    assert min(contrasts) >= 4.5
    assert 0 < light.sum() < len(light)


@pytest.mark.parametrize("colour", [*OKABE_ITO, *COLOURS.values(), UNKNOWN_COLOUR])
def test_the_ink_contrasts_with_every_colour_of_the_palette(colour):
    darker, lighter = sorted((luminance(rgb(colour)), luminance(rgb(ink_on(colour)))))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_light_cells_are_covered_by_the_same_with_black_numbers():
    figure = heat_map(np.array([[0.0, 1.0], [np.nan, 0.2]]), ["a", "b"], ["c", "d"], 1, "%{z:.2f}", {})
    all_cells, light = figure.data
    np.testing.assert_array_equal(all_cells.z, [[0.0, 1.0], [np.nan, 0.2]])
    np.testing.assert_array_equal(light.z, [[np.nan, 1.0], [np.nan, np.nan]])
    assert (all_cells.textfont.color, light.textfont.color) == ("#ffffff", "#000000")
    assert (all_cells.texttemplate, light.texttemplate) == ("%{z:.2f}", "%{z:.2f}")


def test_a_map_of_nothing_but_zeros_has_a_scale():
    figure = heat_map(np.zeros((1, 2)), ["a"], ["c", "d"], None, "%{z:.0f}", {})
    assert figure.data[0].zmax == 1
    assert np.isnan(figure.data[1].z).all()


def test_one_bar_tells_the_colours():
    first, second = in_contrasting_ink(go.Heatmap(z=[[1.0]]), np.array([[True]]))
    assert (first.showscale, second.showscale) == (None, False)
