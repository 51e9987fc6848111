"""Which files are pictures: those that begin like one or are called like one; which are read, and what the rest are.

What a file holds decides how it is read; its ending is only asked where files must be listed without opening them all.
"""

from dataclasses import dataclass
from pathlib import Path, PurePath

from PIL import features

ENDINGS_OF = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".mpo"),
    "PNG": (".png", ".apng"),
    "WEBP": (".webp",),
    "BMP": (".bmp", ".dib"),
    "TIFF": (".tif", ".tiff"),
    "GIF": (".gif",),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
    **({"AVIF": (".avif",)} if features.check("avif") else {}),  # some builds of Pillow lack its decoder
}
FORMATS = tuple(ENDINGS_OF)  # that are read, as Pillow calls them
STARTS = (
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"GIF8",
    b"P1", b"P2", b"P3", b"P4", b"P5", b"P6",
)  # fmt: skip
UNREAD_ENDINGS = (
    ".heic", ".heif", ".hif", ".avif", ".jxl", ".jp2", ".j2k", ".psd", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf",
    ".rw2", ".orf",
)  # fmt: skip
ENDINGS = frozenset(UNREAD_ENDINGS).union(*ENDINGS_OF.values())
"""By which a file is listed as a picture, in lower case; one of a kind that is not read is rejected by name."""

SAVE_AS = "save it as JPEG or PNG"
HEIC_BRANDS = ("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1")
BYTES_ASKED = 512


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that people take for a picture and that is not read."""

    name: str
    starts: tuple[bytes, ...]  # how its files begin; text in lower case
    way_out: str = SAVE_AS


HEIC = FileKind(
    "a HEIC photograph, as iPhones take them",
    (),
    f"{SAVE_AS}, or have the phone take JPEG (Settings, Camera, Formats, Most Compatible)",
)
AVIF = FileKind("an AVIF picture", ())
RAW = FileKind(
    "a raw photograph of a camera",
    (b"II*\0\x10\0\0\0CR", b"FUJIFILMCCD-RAW", b"IIU\0", b"IIRO", b"IIRS", b"MMOR"),
)
VIDEO = FileKind("a video", (b"\x1aE\xdf\xa3",), "save one of its frames as JPEG or PNG")
UNREAD_KINDS = (
    RAW,
    VIDEO,
    FileKind("a JPEG XL picture", (b"\xff\x0a", b"\0\0\0\x0cJXL ")),
    FileKind("a JPEG 2000 picture", (b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")),
    FileKind("a Photoshop document", (b"8BPS",)),
    FileKind("a PDF document", (b"%PDF",)),
    FileKind("an SVG drawing or another XML file", (b"<svg", b"<?xml")),
    FileKind("a zip archive", (b"PK\3\4",), "unpack it"),
    FileKind("a web page", (b"<!doctype html", b"<html"), "download the picture itself"),
    FileKind("a pointer of Git LFS", (b"version https://git-lfs",), "fetch the file itself with `git lfs pull`"),
)


def unread_kind(content: bytes) -> FileKind | None:
    """What kind of file this is, if it is one that is not read; None where it may be a picture.

    Args:
        content: of the file, or its first 512 bytes.
    """
    start = content[:BYTES_ASKED]
    if start[4:8] == b"ftyp":
        return _kind_by_brands(start)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((kind for kind in UNREAD_KINDS if start.startswith(kind.starts) or text.startswith(kind.starts)), None)


def _kind_by_brands(start: bytes) -> FileKind | None:
    """The kind of an ISO media file, by the brands that it lists after its length."""
    listed = start[8 : int.from_bytes(start[:4])].decode("latin-1")
    brands = {listed[position : position + 4] for position in range(0, len(listed), 4)}
    if brands & {"avif", "avis"}:
        return None if "AVIF" in FORMATS else AVIF
    if "crx " in brands:
        return RAW
    return HEIC if brands.intersection(HEIC_BRANDS) else VIDEO


def has_picture_ending(name: str) -> bool:
    """Whether a file is called like a picture, in upper or lower case."""
    return PurePath(name).suffix.lower() in ENDINGS


def is_picture(path: Path) -> bool:
    """Whether a file is to be read as a picture, by its ending or else by how it begins; reading says what is wrong."""
    if has_picture_ending(path.name):
        return not path.is_dir()
    if not path.is_file():  # a pipe may never answer
        return False
    with path.open("rb") as file:
        return file.read(BYTES_ASKED).startswith(STARTS)
