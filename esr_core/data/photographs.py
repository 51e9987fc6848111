"""Photographs as people have them: any common format, turned upright, as RGB in memory, or one sentence why not."""

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from esr_core.data.pixels import READABLE, require_known_pixels, rgb, unreadable_pixels
from esr_core.errors import PhotoError
from esr_core.folders import PathLike

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
MAX_BYTES = 25_000_000
MAX_PIXELS = 60_000_000  # what today's phones take; a decoded picture needs three bytes for each


def read_photograph(source: PathLike | bytes, name: str | None = None) -> np.ndarray:
    """The upright photograph, uint8 RGB (H, W, 3).

    EXIF orientation is applied; CMYK, CIELab, grey, palette, 12- and 16-bit pictures are converted, whichever way their
    grey runs, what is transparent becomes white, and of an animation the first frame is taken.

    Args:
        source: a file, or its content.
        name: what to call it in errors; by default the file's path.

    Raises:
        PhotoError: if it cannot be read, is not a picture of a known format, is truncated or too large.
    """
    source = source if isinstance(source, bytes) else Path(source)
    name = name or ("the picture" if isinstance(source, bytes) else str(source))
    content = _content(source, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes, which are checked below, and of damage beside the pixels
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                _require_size(image.size, name)
                require_known_pixels(image, name)
                return _upright_rgb(image)
    except UnidentifiedImageError:
        if (kind := unreadable_pixels(content)) is not None:
            raise PhotoError(f"{name} has {kind} as pixels: expected {READABLE}") from None
        raise PhotoError(f"{name} is not a picture: expected one of {', '.join(FORMATS)}") from None
    except Image.DecompressionBombError:
        found = f"more than {2 * (Image.MAX_IMAGE_PIXELS or MAX_PIXELS):,}"  # Pillow does not say how many
        raise PhotoError(f"{name} is too large: expected at most {MAX_PIXELS:,} pixels, found {found}") from None
    except PhotoError:
        raise
    except Exception as error:  # damaged files make Pillow's decoders raise nearly anything, TypeError included
        raise PhotoError(f"{name} is damaged or cut off and cannot be decoded: {error}") from error


def read_photograph_in(folder: PathLike, file: str) -> np.ndarray:
    """Read a data set's picture, as :func:`read_photograph` does, unless its path or a link leads out of the data set.

    Args:
        folder: of the data set.
        file: path below it; names the picture in messages.
    """
    path = Path(folder) / file
    try:
        is_inside = path.resolve().is_relative_to(Path(folder).resolve())
    except (RuntimeError, ValueError) as error:  # a link to itself, up to Python 3.12; a null character in the name
        raise PhotoError(f"{file} cannot be read: {error}") from None
    if not is_inside:
        raise PhotoError(f"{file} leads out of the data set's folder: expected a file inside it")
    return read_photograph(path, file)


def _content(source: Path | bytes, name: str) -> bytes:
    if isinstance(source, Path):
        try:
            size = source.stat().st_size
            content = source.read_bytes() if 0 < size <= MAX_BYTES else b""  # a pipe has no size and may never end
        except OSError as error:
            raise PhotoError(f"{name} cannot be read: {error.strerror}") from None
    else:
        size, content = len(source), source
    if size == 0:
        raise PhotoError(f"{name} is empty: expected a picture, found 0 bytes")
    if size > MAX_BYTES:
        raise PhotoError(f"{name} is too large: expected at most {MAX_BYTES:,} bytes, found {size:,}")
    return content


def _require_size(size: tuple[int, int], name: str) -> None:
    """Refuse by the header alone, before a pixel is decoded."""
    width, height = size
    if width * height > MAX_PIXELS:
        raise PhotoError(f"{name} is too large: expected at most {MAX_PIXELS:,} pixels, found {width:,} x {height:,}")


def _upright_rgb(image: Image.Image) -> np.ndarray:
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    return rgb(image)
