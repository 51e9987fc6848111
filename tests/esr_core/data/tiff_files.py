"""TIFF files of every kind of pixels, written by hand: Pillow writes few of the kinds that it reads."""

import struct
from collections.abc import Sequence

FORMATS = {3: "H", 4: "I"}  # SHORT and LONG


def tiff(
    pixels: bytes,
    bits: Sequence[int],
    photometric: int,
    width: int = 4,
    order: str = "<",
    more: dict[int, Sequence[int]] | None = None,
) -> bytes:
    """An uncompressed picture of one row, numbers in the given byte order, ``more`` tags as SHORTs."""
    start = 8 + len(pixels) + len(pixels) % 2
    tags: dict[int, Sequence[int]] = {
        256: [width], 257: [1], 258: bits, 259: [1], 262: [photometric], 273: [8], 277: [len(bits)], 278: [1],
        279: [len(pixels)], **(more or {}),
    }  # fmt: skip
    entries, beyond = b"", b""
    for tag, values in sorted(tags.items()):
        kind = 4 if tag in (273, 279) else 3
        raw = struct.pack(order + FORMATS[kind] * len(values), *values)
        if len(raw) > 4:
            raw, beyond = struct.pack(order + "I", start + 6 + 12 * len(tags) + len(beyond)), beyond + raw
        entries += struct.pack(order + "HHI", tag, kind, len(values)) + raw.ljust(4, b"\0")
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", start)
    count = struct.pack(order + "H", len(tags))
    return head + pixels.ljust(start - 8, b"\0") + count + entries + bytes(4) + beyond
