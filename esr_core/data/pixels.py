"""What the numbers of a decoded picture stand for, and the same picture as uint8 RGB.

A TIFF file declares it in its tags: which way grey runs, how many bits there are, signed or not. Whatever Pillow would
pass over is applied here or refused.

Source: TIFF 6.0, sections 3 and 8 (baseline tags), 19 (sample format) and 21 (YCbCr); DNG 1.7 (previews first).
"""

import io
import struct
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import (
    BITSPERSAMPLE,
    COMPRESSION,
    PHOTOMETRIC_INTERPRETATION,
    SAMPLEFORMAT,
    YCBCRSUBSAMPLING,
    ImageFileDirectory_v2,
)

from esr_core.errors import PhotoError

READABLE = "8 or 16 bits per channel of grey, palette, RGB, CMYK, YCbCr or CIELab"
PHOTOMETRICS = {
    0: "grey with white as zero",
    1: "grey with black as zero",
    2: "RGB",
    3: "palette",
    4: "transparency mask",
    5: "CMYK",
    6: "YCbCr",
    8: "CIELab",
    9: "ICCLab",
    10: "ITULab",
    32803: "raw sensor",
    32844: "LogL",
    32845: "LogLuv",
    34892: "linear raw sensor",
}
SAMPLE_FORMATS = {1: "whole", 2: "signed whole", 3: "fractional"}
WHITE_IS_ZERO, YCBCR, UNCOMPRESSED, SIGNED = 0, 6, 1, 2
SUBFILE_TYPE, REDUCED = 254, 1
BYTE_ORDERS = {b"II": "little-endian", b"MM": "big-endian"}
Tags = Mapping[int, Any]


def require_known_pixels(image: Image.Image, name: str) -> None:
    """Refuse pixels whose range is unknown: scaled by a guess, a face would turn black, white or into its negative.

    Args:
        image: opened, not necessarily decoded.
        name: what to call it in errors.

    Raises:
        PhotoError: if it has signed, fractional or 32-bit numbers, or is the preview of something else.
    """
    tags: Tags = getattr(image, "tag_v2", {})
    if tags.get(SUBFILE_TYPE, 0) & REDUCED:
        raise PhotoError(
            f"{name} begins with a reduced preview, as raw photographs of cameras do: save it as JPEG or PNG"
        )
    has_wide_pixels = image.mode == "F" or (image.mode == "I" and image.format != "PPM")  # of those it makes 16 bits
    if has_wide_pixels or SIGNED in tags.get(SAMPLEFORMAT, ()) or _has_shared_chroma(tags):
        kind = _declared(tags) if tags else f"numbers of Pillow's mode {image.mode}"
        raise PhotoError(f"{name} has {kind} as pixels: expected {READABLE}")


def unreadable_pixels(content: bytes) -> str | None:
    """What a TIFF file that Pillow does not open declares its pixels to be; None where that cannot be read either."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tags that Pillow passes over
            tags = _first_tags(content)
            return f"{BYTE_ORDERS[content[:2]]} {_declared(tags)}" if PHOTOMETRIC_INTERPRETATION in tags else None
    except (SyntaxError, OSError, ValueError, TypeError, KeyError, IndexError, struct.error):
        return None


def _first_tags(content: bytes) -> Tags:
    """The tags of a TIFF file's first picture."""
    stream = io.BytesIO(content)
    directory = ImageFileDirectory_v2(content[: 16 if content[2:3] == b"+" else 8])  # BigTIFF has a longer start
    stream.seek(directory.next)
    directory.load(stream)
    return dict(directory)


def rgb(image: Image.Image) -> np.ndarray:
    """A decoded picture as uint8 RGB (H, W, 3); what is transparent becomes white."""
    if image.mode == "I" or image.mode.startswith("I;16"):
        return _from_deep_grey(image)
    if image.mode == "La":
        image = image.convert("LA")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        image = Image.alpha_composite(paper, layer)
    return np.array(image if image.mode == "RGB" else image.convert("RGB"))  # converting would copy all the same


def _from_deep_grey(image: Image.Image) -> np.ndarray:
    """Grey of 12 or 16 bits; Pillow's own conversion would clip it to white."""
    tags: Tags = getattr(image, "tag_v2", {})
    white = 2 ** _bits(tags)[0] - 1
    values = np.asarray(image).astype(np.uint32)
    grey = ((255 * values + white // 2) // white).astype(np.uint8)
    if tags.get(PHOTOMETRIC_INTERPRETATION) == WHITE_IS_ZERO:
        grey = 255 - grey
    if isinstance(transparent := image.info.get("transparency"), int):
        grey[values == transparent] = 255
    return np.repeat(grey[:, :, None], 3, axis=2)


def _bits(tags: Tags) -> tuple[int, ...]:
    """Bits of each channel; what has no such tag is decoded to 16."""
    return tuple(tags.get(BITSPERSAMPLE, (16,)))


def _declared(tags: Tags) -> str:
    """The pixels of a TIFF file in words."""
    bits = _bits(tags)
    depth = f"{bits[0]}-bit" if len(bits) == 1 else f"{len(bits)} x {bits[0]}-bit"
    number = tags.get(SAMPLEFORMAT, (1,))[0]
    photometric: int = tags.get(PHOTOMETRIC_INTERPRETATION, -1)
    kind = PHOTOMETRICS.get(photometric, f"photometric interpretation {photometric}")
    chroma = " with colours shared between pixels" if _has_shared_chroma(tags) else ""
    return f"{depth} {SAMPLE_FORMATS.get(number, 'undefined')} numbers of {kind}{chroma}"


def _has_shared_chroma(tags: Tags) -> bool:
    """Whether pixels share colours without compression, which Pillow reads as if they did not."""
    is_plain = tags.get(PHOTOMETRIC_INTERPRETATION) == YCBCR and tags.get(COMPRESSION, UNCOMPRESSED) == UNCOMPRESSED
    return is_plain and len(_bits(tags)) > 1 and tuple(tags.get(YCBCRSUBSAMPLING, (2, 2))) != (1, 1)
