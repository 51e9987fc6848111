"""What a picture declares about its pixels, held against the definitions of TIFF 6.0 by hand."""

import re

import numpy as np
import pytest
from PIL import Image

from esr_core.data.photographs import read_photograph
from esr_core.errors import PhotoError
from tests.esr_core.data.tiff_files import tiff
from tests.picture_files import encoded

RAMP16 = np.array([0, 257, 128 * 257, 65535], dtype=np.uint16)  # 0, 1, 128 and 255 of 8 bits
RAMP12 = bytes([0x00, 0x00, 0x10, 0x80, 0x8F, 0xFF])  # 0, 16, 2056 and 4095, two in three bytes
RAMP8, RAMP4, RAMP2, RAMP1 = bytes([0, 1, 128, 255]), bytes([0x05, 0xAF]), bytes([0b00_01_10_11]), bytes([0b0011_0000])
SIGNED, FRACTIONAL = {339: [2]}, {339: [3]}


def first_row(content: bytes) -> list[int]:
    """Grey values of the first row; a coloured pixel fails."""
    photograph = read_photograph(content, "face.tif")
    assert (photograph == photograph[..., :1]).all()
    return photograph[0, :, 0].tolist()


@pytest.mark.parametrize(
    ("pixels", "bits", "row"),
    [
        (RAMP16.tobytes(), 16, [0, 1, 128, 255]),
        (RAMP12, 12, [0, 1, 128, 255]),
        (RAMP8, 8, [0, 1, 128, 255]),
        (RAMP4, 4, [0, 85, 170, 255]),
        (RAMP2, 2, [0, 85, 170, 255]),
        (RAMP1, 1, [0, 0, 255, 255]),
    ],
)
def test_grey_runs_the_way_it_is_declared_at_every_depth(pixels, bits, row):
    assert first_row(tiff(pixels, [bits], photometric=1)) == row
    if bits != 12:  # Pillow does not read 12 bits with white as zero
        assert first_row(tiff(pixels, [bits], photometric=0)) == [255 - value for value in row]


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "tiff_adobe_deflate"])
def test_white_as_zero_is_read_the_same_way_compressed(compression):
    content = encoded(RAMP16[None], "TIFF", compression=compression, tiffinfo={262: 0})
    assert first_row(content) == [255, 254, 127, 0]


def test_big_endian_grey_is_the_same():
    assert first_row(tiff(RAMP16.astype(">u2").tobytes(), [16], photometric=1, order=">")) == [0, 1, 128, 255]


def test_colours_of_cielab_cmyk_and_sixteen_bits_are_converted():
    red = [250, 2, 3]  # L* 53, a* 81, b* 70
    lab = read_photograph(tiff(bytes([136, 81, 70] * 4), [8] * 3, photometric=8))
    np.testing.assert_allclose(lab[0, 0], red, atol=2)
    inks = np.array([0, 65535, 65535, 0] * 4, dtype=np.uint16).tobytes()
    assert read_photograph(tiff(inks, [16] * 4, photometric=5))[0, 0].tolist() == [255, 0, 0]
    deep = np.repeat(RAMP16, 3).tobytes()
    assert first_row(tiff(deep, [16] * 3, photometric=2)) == [0, 1, 128, 255]


@pytest.mark.parametrize(("kind", "row"), [(0, [0, 100, 50, 200]), (1, [0, 155, 205, 255]), (2, [0, 155, 178, 255])])
def test_a_second_channel_is_left_out_or_lets_white_through_as_it_is_declared(kind, row):
    alpha = [255, 100, 100, 0]
    grey = {0: [0, 100, 50, 200], 1: [0, 0, 50, 0], 2: [0, 0, 58, 200]}[kind]  # 1: multiplied by alpha already
    pixels = bytes(value for pair in zip(grey, alpha, strict=True) for value in pair)
    np.testing.assert_allclose(first_row(tiff(pixels, [8, 8], photometric=1, more={338: [kind]})), row, atol=1)


def test_the_transparent_grey_of_sixteen_bits_becomes_white():
    assert first_row(encoded(RAMP16[None], transparency=257)) == [0, 255, 128, 255]


REFUSED_PIXELS = [
    (tiff(RAMP8, [8], 1, more=SIGNED), "8-bit signed whole numbers of grey with black as zero"),
    (tiff(RAMP16.tobytes(), [16], 1, more=SIGNED), "16-bit signed whole numbers of grey with black as zero"),
    (tiff(RAMP16.tobytes(), [16], 1, more=FRACTIONAL), "little-endian 16-bit fractional numbers of grey"),
    (tiff(bytes(16), [32], 0), "little-endian 32-bit whole numbers of grey with white as zero"),
    (tiff(bytes(16), [32], 0, more=FRACTIONAL), "32-bit fractional numbers of grey with white as zero"),
    (tiff(bytes(48), [32] * 3, 2), "little-endian 3 x 32-bit whole numbers of RGB"),
    (tiff(RAMP16.tobytes(), [16], 0, order=">"), "big-endian 16-bit whole numbers of grey with white as zero"),
    (tiff(RAMP12, [12], 0), "little-endian 12-bit whole numbers of grey with white as zero"),
    (tiff(RAMP8, [8], 4), "8-bit whole numbers of transparency mask"),
    (tiff(bytes(12), [8] * 3, 9), "3 x 8-bit whole numbers of ICCLab"),
    (tiff(RAMP16.tobytes(), [16], 32803), "16-bit whole numbers of raw sensor"),
    (tiff(RAMP8, [8], 777), "8-bit whole numbers of photometric interpretation 777"),
    (tiff(bytes(12), [8] * 3, 6), "3 x 8-bit whole numbers of YCbCr with colours shared between pixels"),
]


@pytest.mark.parametrize(("content", "kind"), REFUSED_PIXELS)
def test_pixels_of_any_other_kind_are_refused_by_what_they_are_declared_to_be(content, kind):
    with pytest.raises(PhotoError, match=rf"face\.tif has .*{re.escape(kind)}.* as pixels: expected 8 or 16 bits"):
        read_photograph(content, "face.tif")


def test_the_preview_in_a_raw_photograph_is_not_taken_for_it():
    with pytest.raises(PhotoError, match=r"face\.dng begins with a reduced preview, as raw photographs of cameras do"):
        read_photograph(tiff(bytes(12), [8] * 3, 2, more={254: [1]}), "face.dng")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_orientation_is_applied_once_in_every_format_that_has_one(kind):
    wide = Image.new("RGB", (32, 16))
    wide.paste((255, 255, 255), (0, 0, 8, 16))
    exif = Image.Exif()
    exif[0x0112] = 6  # "rotate 90 degrees clockwise to see it upright": left becomes top
    photograph = read_photograph(encoded(wide, kind, exif=exif))
    assert photograph.shape == (32, 16, 3)
    assert photograph[2].mean() > 200
    assert photograph[-2].mean() < 50
