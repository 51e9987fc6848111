"""FER+ in one file small enough to travel to a machine with a GPU, and the prepared set made from it there.

Usage: python -m bench.gpu.packed_ferplus pack OWNERS_FOLDER_OR_ZIP prepared/ferplus.npz
       python -m bench.gpu.packed_ferplus unpack prepared/ferplus.npz prepared/ferplus

All pictures go along, as 48x48 grey values without loss, for the prepared set must have the fingerprint that `prepare
ferplus` gives it at home: a run is then resumed, asked and explained there as if it had been trained there. Pictures
that are the same to the pixel are stored once. Of each the differences between neighbours are stored, which are small
and take fewer bits than grey values.
"""

import argparse
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import cv2
import numpy as np
from pydantic import TypeAdapter, ValidationError

from esr_core.data.face_crops import FaceCrops
from esr_core.data.ferplus import ferplus_source
from esr_core.data.ferplus.pictures import SIDE_PX
from esr_core.data.preparation import prepare
from esr_core.data.prepared import PreparedCard
from esr_core.data.source import Sample, Source
from esr_core.errors import DataError
from esr_core.run_store.files import replacing

ARRAYS = ("description", "differences", "numbers")


@dataclass(frozen=True)
class Description:
    """A source but for its pictures."""

    name: str
    title: str
    licence: str
    class_names: tuple[str, ...]
    samples: Sequence[Sample]
    skipped: Mapping[str, int]


JSON = TypeAdapter(Description)


@dataclass(frozen=True)
class PackedPictures:
    """The pictures of a packed file by the files they had, in place of an archive."""

    pictures: np.ndarray  # uint8 (m, 48, 48), each different
    numbers: Mapping[str, int]  # file -> position in pictures

    def photograph(self, file: str) -> np.ndarray:
        """The picture of a file, uint8 RGB (48, 48, 3)."""
        return cv2.cvtColor(self.pictures[self.numbers[file]], cv2.COLOR_GRAY2RGB)


def pack(source: Source, packed: Path) -> None:
    """Write all pictures and labels of a source into one .npz file without pickled objects.

    Args:
        source: FER+ as ``ferplus_source`` reads it.
        packed: file to write; one that is there is replaced.

    Raises:
        PhotoError: if a picture cannot be read.
        DataError: if one is not grey or not 48x48.
    """
    pictures = np.stack([_grey(source.picture.photograph(sample), sample.file) for sample in source.samples])
    different, numbers = np.unique(pictures.reshape(len(pictures), -1), axis=0, return_inverse=True)
    described = Description(**{field.name: getattr(source, field.name) for field in fields(Description)})
    with replacing(packed) as file:
        np.savez(
            file,
            description=np.frombuffer(zlib.compress(JSON.dump_json(described), 9), np.uint8),
            differences=np.frombuffer(_compressed(different.reshape(-1, SIDE_PX, SIDE_PX)), np.uint8),
            numbers=numbers.astype(np.uint16 if len(different) < 2**16 else np.uint32),
        )


def packed_source(packed: Path) -> Source:
    """What ``ferplus_source`` gave when the file was packed, with the same pictures.

    Raises:
        DataError: if the file is none that ``pack`` wrote.
    """
    try:
        with packed.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            description, differences, numbers = (arrays[name] for name in ARRAYS)
        described = JSON.validate_json(zlib.decompress(description.tobytes()))
        pictures = _decompressed(differences.tobytes())
        files = [sample.file for sample in described.samples]
        positions = dict(zip(files, numbers.tolist(), strict=True))
    except ValidationError as error:
        fault = error.errors()[0]
        raise DataError(f"{packed} must be a packed FER+, found {fault['msg'].lower()} in its description") from None
    except (OSError, ValueError, KeyError, AttributeError, zlib.error, zipfile.BadZipFile) as error:
        raise DataError(f"{packed} must be a packed FER+, found a file that cannot be read as one: {error}") from None
    picture = FaceCrops(Path(), "given", PackedPictures(pictures, positions))
    return Source(**{field.name: getattr(described, field.name) for field in fields(Description)}, picture=picture)


def unpack(packed: Path, destination: Path) -> PreparedCard:
    """Make the prepared set that ``prepare ferplus`` makes of what was packed.

    Raises:
        DataError: if the file is none that ``pack`` wrote, or the set cannot be made.
    """
    return prepare(packed_source(packed), destination)


def _grey(photograph: np.ndarray, name: str) -> np.ndarray:
    """One channel of a picture whose three are equal."""
    if photograph.shape != (SIDE_PX, SIDE_PX, 3) or (photograph != photograph[..., :1]).any():
        height, width = photograph.shape[:2]
        raise DataError(f"{name} must be grey and {SIDE_PX}x{SIDE_PX} to be packed, found {width}x{height} or colours")
    return photograph[..., 0]


def _compressed(pictures: np.ndarray) -> bytes:
    """Differences to the left and the upper neighbour, Huffman coded; matches of bytes, as in text, do not occur."""
    down = np.diff(pictures, axis=1, prepend=np.uint8(0))  # bytes wrap around, here and back
    deflate = zlib.compressobj(9, strategy=zlib.Z_HUFFMAN_ONLY)
    return deflate.compress(np.diff(down, axis=2, prepend=np.uint8(0)).tobytes()) + deflate.flush()


def _decompressed(content: bytes) -> np.ndarray:
    differences = np.frombuffer(zlib.decompress(content), np.uint8).reshape(-1, SIDE_PX, SIDE_PX)
    return differences.cumsum(axis=1, dtype=np.uint8).cumsum(axis=2, dtype=np.uint8)


def main() -> None:
    """Pack or unpack, and print what there is now."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, source, result in (("pack", "SOURCE", "PACKED"), ("unpack", "PACKED", "DESTINATION")):
        command = commands.add_parser(name)
        command.add_argument("source", type=Path, metavar=source)
        command.add_argument("result", type=Path, metavar=result)
    options = parser.parse_args()
    try:
        if options.command == "pack":
            pack(ferplus_source(options.source), options.result)
            print(f"{options.result}: {options.result.stat().st_size / 1e6:.1f} MB")
        else:
            card = unpack(options.source, options.result)
            print(f"{options.result}: {card.num_pictures:,} pictures, fingerprint {card.fingerprint}")
    except DataError as error:
        parser.exit(2, f"error: {error}\n")


if __name__ == "__main__":
    main()
