"""Saliency over faces: what is coloured, what is left alone, what is refused."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from esr_core.data.builtin import sample_face
from esr_core.errors import ExplanationError
from esr_core.explanations import COLOUR_MAPS, encode_jpeg, encode_png, overlay
from esr_core.explanations.overlay import paint


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8)


def hot_cell(row, column, value=1.0, size=7):
    saliency = np.zeros((size, size), dtype=np.float32)
    saliency[row, column] = value
    return saliency


def luminance(colours):
    """CIE lightness of sRGB colours."""
    return cv2.cvtColor((colours / 255).astype(np.float32), cv2.COLOR_RGB2LAB)[..., 0]


def test_the_hot_cell_lies_where_the_map_has_it():
    black = np.zeros((96, 96, 3), dtype=np.uint8)
    lightness = luminance(overlay(black, hot_cell(1, 5), size_px=210))
    row, column = np.unravel_index(lightness.argmax(), lightness.shape)
    assert (row // 30, column // 30) == (1, 5)  # each of 7 cells covers 30 of 210 pixels


@pytest.mark.parametrize("saliency", [np.zeros((7, 7)), np.full((6, 6), -2.0), hot_cell(3, 3, value=-1.0)])
@pytest.mark.parametrize("scale", [None, 4.0])
def test_without_positive_evidence_the_face_is_unchanged(picture, saliency, scale):
    assert np.array_equal(overlay(picture, saliency, size_px=96, scale=scale), picture)


@pytest.mark.parametrize("colour_map", COLOUR_MAPS)
def test_no_opacity_leaves_the_face_and_full_opacity_only_the_colours(picture, colour_map):
    uniform = np.full((7, 7), 0.3)
    assert np.array_equal(overlay(picture, uniform, colour_map, opacity=0.0, size_px=96), picture)
    last_colour = paint(np.ones((96, 96)), colour_map)  # the strongest for, where signs are shown
    assert np.array_equal(overlay(picture, uniform, colour_map, opacity=1.0, size_px=96), last_colour)


def test_half_opacity_is_the_mean_of_face_and_colour(picture):
    colours = overlay(picture, hot_cell(2, 2), opacity=1.0, size_px=96).astype(float)
    blend = overlay(picture, hot_cell(2, 2), opacity=0.5, size_px=96)
    np.testing.assert_allclose(blend, (colours + picture) / 2, atol=0.5)


def test_a_maps_own_scale_ignores_its_strength_and_a_shared_scale_shows_it(picture):
    weak, strong = hot_cell(3, 3, 0.01), hot_cell(3, 3, 1.0)
    assert np.array_equal(overlay(picture, weak), overlay(picture, strong))
    assert not np.array_equal(overlay(picture, weak, scale=1.0), overlay(picture, strong, scale=1.0))
    fifth = overlay(picture, np.full((7, 7), 0.4), opacity=1.0, size_px=96, scale=2.0)
    np.testing.assert_allclose(fifth, paint(np.full((96, 96), 0.2)), atol=1)


def test_bicubic_overshoot_adds_no_evidence(picture):
    checks = np.indices((7, 7)).sum(axis=0) % 2  # of zeros and ones
    assert cv2.resize(checks.astype(np.float32), (192, 192), interpolation=cv2.INTER_CUBIC).max() > 1.05
    lightness = luminance(overlay(picture, checks, opacity=1.0, scale=2.0))
    assert lightness.max() <= luminance(paint(np.full((1, 1), 0.5))).item() + 1e-3


def test_jet_runs_from_blue_to_red():
    red, green, blue = paint(np.array([[0.0, 0.5, 1.0]]), "jet").transpose(2, 0, 1)[:, 0].astype(int)
    assert blue[0] > 100 > red[0]
    assert green[1] > 200
    assert red[2] > 100 > blue[2]


@pytest.mark.parametrize(("colour_map", "rises"), [("cividis", True), ("viridis", True), ("jet", False)])
def test_the_uniform_colour_maps_only_grow_lighter(colour_map, rises):
    lightness = luminance(paint(np.linspace(0, 1, 64)[None], colour_map))[0]
    assert bool((np.diff(lightness) > 0).all()) is rises


def test_signed_evidence_is_red_for_blue_against_and_white_where_there_is_none(picture):
    signed = np.array([[-2.0, 0.0], [0.0, 2.0]]).repeat(48, axis=0).repeat(48, axis=1)
    colours = overlay(picture, signed, "blue-red", opacity=1.0, size_px=96).astype(int)
    red, _, blue = colours[90, 90]
    assert red > 2 * blue
    red, _, blue = colours[5, 5]
    assert blue > 2 * red
    np.testing.assert_allclose(colours[5, 90], 247, atol=2)  # white, on both sides of which sizes are alike
    stronger = overlay(picture, signed, "blue-red", opacity=1.0, size_px=96, scale=4.0).astype(int)
    half = paint(np.array([[0.25, 0.75]]), "blue-red")[0]
    np.testing.assert_allclose(stronger[[5, 90], [5, 90]], half, atol=2)


def test_evidence_against_alone_is_drawn_where_signs_are_shown(picture):
    colours = overlay(picture, np.full((7, 7), -2.0), "blue-red", opacity=1.0, size_px=96)
    assert np.array_equal(colours, paint(np.zeros((96, 96)), "blue-red"))


def test_values_outside_0_to_1_take_the_end_colours():
    colours = paint(np.array([[-3.0, 0.0, 1.0, 5.0]]))[0]
    assert np.array_equal(colours[0], colours[1])
    assert np.array_equal(colours[2], colours[3])


def test_the_result_has_the_size_asked_for_and_the_picture_is_not_touched(picture):
    before = picture.copy()
    result = overlay(picture, hot_cell(0, 0), size_px=131)
    assert result.shape == (131, 131, 3)
    assert result.dtype == np.uint8
    assert np.array_equal(picture, before)


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("picture", np.zeros((96, 96, 3)), "picture must be uint8"),
        ("picture", np.zeros((96, 96), dtype=np.uint8), r"picture must be uint8 \(H, W, 3\), got uint8 \(96, 96\)"),
        ("saliency", np.zeros((4, 7, 7)), r"saliency must be \(h, w\), got \(4, 7, 7\)"),
        ("saliency", hot_cell(0, 0, np.nan), "saliency must hold finite numbers, got nan"),
        ("saliency", hot_cell(0, 0, np.inf), "saliency must hold finite numbers, got inf"),
        ("colour_map", "rainbow", "colour_map must be one of cividis, viridis, jet, blue-red, got 'rainbow'"),
        ("opacity", 1.5, "opacity must be in 0-1, got 1.5"),
        ("opacity", float("nan"), "opacity must be in 0-1, got nan"),
        ("size_px", 0, "size_px must be at least 1, got 0"),
        ("scale", 0.0, "scale must be above 0 or None, got 0.0"),
        ("scale", float("nan"), "scale must be above 0 or None, got nan"),
    ],
)
def test_a_bad_argument_is_refused_by_name(picture, argument, value, message):
    arguments = {"picture": picture, "saliency": hot_cell(0, 0)} | {argument: value}
    with pytest.raises(ExplanationError, match=message):
        overlay(**arguments)


def test_a_png_holds_the_very_pixels(picture):
    with Image.open(io.BytesIO(encode_png(picture))) as read:
        assert read.format == "PNG"
        assert np.array_equal(np.asarray(read), picture)


def test_a_jpeg_shows_a_map_nearly_as_it_is_in_a_third_of_the_bytes():
    picture = overlay(sample_face(0), hot_cell(2, 3))
    file = encode_jpeg(picture)
    with Image.open(io.BytesIO(file)) as read:
        assert read.format == "JPEG"
        difference = np.abs(np.asarray(read).astype(int) - picture)
    assert difference.mean() < 1.5  # of 255
    assert difference.max() < 32
    assert 3 * len(file) < len(encode_png(picture))
