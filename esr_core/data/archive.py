"""Files in a zip archive, read without unpacking it.

Names of entries are only looked up, never joined to a path of this machine, so one such as ``../x`` leads nowhere.
"""

import zipfile
import zlib
from collections.abc import Set
from pathlib import Path, PurePosixPath

import numpy as np

from esr_core.data.photographs import MAX_BYTES, read_photograph
from esr_core.errors import DataError, PhotoError

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what programs pack with unless they are asked for another
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)
"""What ``zipfile`` raises on damaged archives and on damaged or encrypted entries."""


def is_archive(path: Path) -> bool:
    """Whether a file is a zip archive, or is at least called so."""
    return path.is_file() and (path.suffix.lower() == ".zip" or zipfile.is_zipfile(path))


class Archive:
    """A zip archive, opened once in each process that needs it; hidden entries are other programs' and left out.

    Where everything lies in one folder of the archive, names are those below it.
    """

    def __init__(self, path: Path) -> None:
        """Open an archive and read its list of entries.

        Raises:
            DataError: if it is damaged, cut off or no zip archive.
        """
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except UNREADABLE as error:
            raise DataError(f"{path} is damaged, cut off or no zip archive: {error}") from None
        self._entries = _below_one_folder(self._zip.infolist())

    def __reduce__(self) -> tuple[type["Archive"], tuple[Path]]:
        return Archive, (self.path,)  # an open file stays in its process

    @property
    def names(self) -> Set[str]:
        """Of its files, with ``/`` between folders."""
        return self._entries.keys()

    def read(self, name: str) -> bytes:
        """The content of a file.

        Raises:
            DataError: if there is none of this name, or it is damaged, encrypted, packed in an unusual way or larger
                than a photograph may be.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise DataError(f"{name} is missing from {self.path.name}")
        if entry.file_size > MAX_BYTES:
            raise DataError(f"{name} is too large: expected at most {MAX_BYTES:,} bytes, found {entry.file_size:,}")
        if entry.compress_type not in METHODS:
            raise DataError(
                f"{name} must be stored or deflated in {self.path.name}, found method {entry.compress_type}"
            )
        try:
            with self._zip.open(entry) as file:
                return file.read(entry.file_size + 1)  # without a number a false size would be unpacked whole first
        except UNREADABLE as error:
            raise DataError(f"{name} is damaged or encrypted in {self.path.name}: {error}") from None

    def photograph(self, name: str) -> np.ndarray:
        """The upright photograph in a file, uint8 RGB (H, W, 3).

        Raises:
            PhotoError: if the file cannot be read or is no picture.
        """
        try:
            content = self.read(name)
        except DataError as error:
            raise PhotoError(str(error)) from None
        return read_photograph(content, name)


def _below_one_folder(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Files by name; the name of a folder that holds them all is left out."""
    files = {PurePosixPath(entry.filename).parts: entry for entry in entries if not entry.is_dir()}
    shown = {parts: entry for parts, entry in files.items() if not _is_hidden(parts)}
    tops = {parts[0] for parts in shown}
    start = 1 if len(tops) == 1 and all(len(parts) > 1 for parts in shown) else 0
    return {"/".join(parts[start:]): entry for parts, entry in shown.items()}


def _is_hidden(parts: tuple[str, ...]) -> bool:
    return not parts or parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)
