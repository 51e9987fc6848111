import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from esr_core.data.photographs import MAX_BYTES, read_photograph
from esr_core.errors import PhotoError
from tests.picture_files import encoded

RED = (255, 0, 0)


def gradient(mode: str) -> Image.Image:
    return Image.linear_gradient("L").convert(mode)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_red_stays_red_in_every_format(kind):
    photograph = read_photograph(encoded(Image.new("RGB", (20, 10), RED), kind))
    assert photograph.shape == (10, 20, 3)
    assert photograph.dtype == np.uint8
    np.testing.assert_allclose(photograph[5, 10], RED, atol=3)


def test_cmyk_becomes_rgb():
    photograph = read_photograph(encoded(Image.new("CMYK", (10, 10), (0, 255, 255, 0)), "JPEG"))
    np.testing.assert_allclose(photograph[5, 5], RED, atol=12)


def test_sixteen_bits_are_scaled_not_clipped():
    values = np.linspace(0, 65535, 256, dtype=np.uint16).reshape(16, 16)
    photograph = read_photograph(encoded(values))
    np.testing.assert_array_equal(photograph[..., 0].ravel(), np.arange(256))


def test_a_dark_sixteen_bit_picture_stays_dark():
    values = np.full((4, 4), 200, dtype=np.uint16)  # 0.3 % of full white
    assert (read_photograph(encoded(values)) == 1).all()


def test_transparent_becomes_white():
    assert (read_photograph(encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 0)))) == 255).all()


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA"])
def test_grey_and_palette_pictures_have_three_equal_channels(mode):
    photograph = read_photograph(encoded(gradient(mode)))
    assert photograph.shape == (256, 256, 3)
    assert (photograph == photograph[..., :1]).all()


def test_an_animation_gives_its_first_frame():
    frames = [Image.new("RGB", (8, 8), RED), Image.new("RGB", (8, 8), "blue")]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read_photograph(content)[4, 4].tolist() == list(RED)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and has no pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


UNUSABLE = [
    (b"", "face.png is empty: expected a picture, found 0 bytes"),
    (b"no picture at all", "face.png is not a picture: expected one of JPEG"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "face.png is an SVG drawing"),
    (png_header(50_000, 50_000), "face.png is too large: expected at most 100,000,000 pixels, found more"),
    (png_header(12_000, 9_000), "found 12,000 x 9,000"),
    (bytes(MAX_BYTES + 1), "face.png is too large: expected at most 80,000,000 bytes"),
    (encoded(gradient("F"), "TIFF"), "face.png has 32-bit fractional numbers of grey"),
    (encoded(gradient("I"), "TIFF"), "face.png has 32-bit signed whole numbers of grey"),
    (encoded(gradient("RGB"), "JPEG")[:900], "face.png is damaged or cut off"),
    (encoded(gradient("RGB"))[:200], "face.png is damaged or cut off"),
]


@pytest.mark.parametrize(("content", "sentence"), UNUSABLE)
def test_what_is_no_usable_picture_is_refused_by_name(content, sentence):
    with pytest.raises(PhotoError, match=sentence):
        read_photograph(content, "face.png")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PhotoError, match=r"gone\.jpg cannot be read: No such file"):
        read_photograph(tmp_path / "gone.jpg")


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(PhotoError, match=r"pipe\.jpg is a pipe or a device: save what it gives as a file"):
        read_photograph(tmp_path / "pipe.jpg")


def test_damage_beside_the_pixels_neither_warns_nor_hides_the_picture():
    exif = Image.Exif()
    exif[0x010E] = "a description"
    content = encoded(Image.new("RGB", (20, 10), RED), "JPEG", exif=exif).replace(b"II*\0", b"II*\7")
    np.testing.assert_allclose(read_photograph(content)[5, 10], RED, atol=3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_calls_itself_exif_and_is_none_declares_nothing(kind):
    content = encoded(Image.new("RGB", (20, 10), RED), kind, exif=b"Exif\0\0no TIFF header")
    np.testing.assert_allclose(read_photograph(content)[5, 10], RED, atol=3)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_no_damage_escapes_as_anything_but_a_photo_error(kind):
    whole = encoded(Image.effect_noise((40, 30), 60).convert("RGB"), kind)
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(150):
        content = bytearray(whole)
        for position in rng.integers(0, min(len(content), 200), 5):
            content[position] = rng.integers(0, 256)
        try:
            assert read_photograph(bytes(content)).dtype == np.uint8
        except PhotoError:
            refused += 1
    assert refused > 0
