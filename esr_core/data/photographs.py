"""Photographs as people have them: any common format, turned upright, as RGB in memory, or one sentence why not."""

import io
import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import jpeg_factory

from esr_core.data.picture_kinds import FORMATS, unread_kind
from esr_core.data.pixels import READABLE, require_known_pixels, rgb, unreadable_pixels
from esr_core.errors import PhotoError
from esr_core.folders import PathLike

MAX_BYTES = 80_000_000
MAX_PIXELS = 100_000_000  # that are decoded at once; each needs three bytes
MAX_JPEG_PIXELS = 250_000_000  # of a file that can be decoded at reduced size; phones take up to 200 million
WHOLE_PIXELS = 60_000_000  # up to which a photograph keeps its size
REDUCED_PIXELS = 30_000_000  # that a larger one is reduced to at most
JPEG_START = b"\xff\xd8\xff"
REDUCTIONS = (2, 4, 8)  # that JPEG files can be decoded at


def read_photograph(source: PathLike | bytes, name: str | None = None, may_reduce: bool = True) -> np.ndarray:
    """The upright photograph, uint8 RGB (H, W, 3).

    EXIF orientation is applied; CMYK, CIELab, grey, palette, 12- and 16-bit pictures are converted, whichever way their
    grey runs, what is transparent becomes white, and of an animation the first frame is taken. More than 60 million
    pixels are reduced by 2, 4 or 8 to at most 30 million.

    Args:
        source: a file, or its content; what it holds decides how it is read, not its ending.
        name: what to call it in errors; by default the file's path.
        may_reduce: else a photograph of more than 60 million pixels is refused, for who knows a place in it by pixels.

    Raises:
        PhotoError: if it cannot be read, is not a picture of a known format, is truncated or too large.
    """
    source = source if isinstance(source, bytes) else Path(source)
    name = name or ("the picture" if isinstance(source, bytes) else str(source))
    content = _content(source, name)
    if (other := unread_kind(content)) is not None:
        raise PhotoError(f"{name} is {other.name}: {other.way_out}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes, which are checked below, and of damage beside the pixels
            with _opened(content) as image:
                _require_size(image, name, may_reduce)
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


def read_photograph_in(folder: PathLike, file: str, may_reduce: bool = True) -> np.ndarray:
    """Read a data set's picture, as :func:`read_photograph` does, unless its path or a link leads out of the data set.

    Args:
        folder: of the data set.
        file: path below it; names the picture in messages.
        may_reduce: as of :func:`read_photograph`.
    """
    path = Path(folder) / file
    try:
        is_inside = path.resolve().is_relative_to(Path(folder).resolve())
    except (RuntimeError, ValueError) as error:  # a link to itself, up to Python 3.12; a null character in the name
        raise PhotoError(f"{file} cannot be read: {error}") from None
    if not is_inside:
        raise PhotoError(f"{file} leads out of the data set's folder: expected a file inside it")
    return read_photograph(path, file, may_reduce)


def _content(source: Path | bytes, name: str) -> bytes:
    if isinstance(source, Path):
        try:
            if source.is_fifo() or source.is_char_device():  # it may never end
                raise PhotoError(f"{name} is a pipe or a device: save what it gives as a file and name that")
            size = source.stat().st_size
            content = source.read_bytes() if size <= MAX_BYTES else b""
        except OSError as error:
            raise PhotoError(f"{name} cannot be read: {error.strerror}") from None
    else:
        size, content = len(source), source
    if size == 0:
        raise PhotoError(f"{name} is empty: expected a picture, found 0 bytes")
    if size > MAX_BYTES:
        raise PhotoError(f"{name} is too large: expected at most {MAX_BYTES:,} bytes, found {size:,}")
    return content


def _opened(content: bytes) -> Image.Image:
    """The picture, not decoded; ``Image.open`` refuses JPEG files that need not be decoded to all their pixels."""
    file = io.BytesIO(content)
    return jpeg_factory(file) if content.startswith(JPEG_START) else Image.open(file, formats=FORMATS)


def _require_size(image: Image.Image, name: str, may_reduce: bool) -> None:
    """Refuse by the header alone, before a pixel is decoded."""
    width, height = image.size
    limit = MAX_PIXELS if may_reduce else WHOLE_PIXELS
    if may_reduce and _decodes_reduced(image):
        limit = MAX_JPEG_PIXELS
    if width * height > limit:
        raise PhotoError(f"{name} is too large: expected at most {limit:,} pixels, found {width:,} x {height:,}")


def _decodes_reduced(image: Image.Image) -> bool:
    """Of a progressive JPEG file all coefficients are held at once, whatever size it is decoded at."""
    return image.format in ("JPEG", "MPO") and not image.info.get("progressive")


def _upright_rgb(image: Image.Image) -> np.ndarray:
    reduction = _reduction(*image.size)
    if _decodes_reduced(image):
        image.draft(None, (image.width // reduction, image.height // reduction))
    image.load()
    with suppress(SyntaxError):  # what calls itself EXIF and is none declares nothing
        ImageOps.exif_transpose(image, in_place=True)
    reduction = _reduction(*image.size)  # what is left of it
    return rgb(image) if reduction == 1 else _reduced(rgb(image), reduction)


def _reduction(width: int, height: int) -> int:
    """How many times smaller a photograph is read."""
    if width * height <= WHOLE_PIXELS:
        return 1
    return next(by for by in REDUCTIONS if width * height <= by**2 * REDUCED_PIXELS)


def _reduced(photograph: np.ndarray, by: int) -> np.ndarray:
    """A photograph, uint8 RGB (H, W, 3), so many times smaller, as means over squares."""
    return np.asarray(Image.fromarray(photograph).reduce(by))
