"""Pictures of a prepared set, read from their file when they are asked for."""

import os
import weakref
from pathlib import Path

import numpy as np

from esr_core.errors import DataError, cause


class PictureFile:
    """The pictures of a file, indexed like the array that it holds.

    A memory map would count every page that was ever touched as memory of this process, all of a large set in the end.
    Reading leaves nothing behind, and any number of threads and processes may read at the same time.
    """

    def __init__(self, path: Path) -> None:
        """Open a file without reading pictures.

        Args:
            path: a .npy file of an array (n, ...), as ``PreparedSet.open`` has checked it.

        Raises:
            DataError: if it is none, is gone, or its pictures do not lie one after another.
        """
        try:
            images = np.load(path, mmap_mode="r", allow_pickle=False)
            self._file = os.open(path, os.O_RDONLY)
        except (OSError, ValueError) as error:
            raise DataError(f"{path} cannot be read as pictures: {cause(error)}") from None
        weakref.finalize(self, os.close, self._file)
        if not images.flags.c_contiguous:
            raise DataError(f"{path} holds its pictures in Fortran order, expected one after another (C order)")
        self.shape, self.dtype = images.shape, images.dtype
        self._path, self._start = path, images.offset
        self._picture_bytes = images.nbytes // max(1, len(images))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, indices: np.ndarray) -> np.ndarray:
        """The pictures at ``indices`` (B,), read-only (B, ...), in that order.

        Raises:
            IndexError: if an index is below 0 or past the last picture.
            DataError: if the file has become shorter.
        """
        if len(indices) and not 0 <= indices.min() <= indices.max() < len(self):
            raise IndexError(f"indices must be 0-{len(self) - 1}, got {indices.min()} to {indices.max()}")
        content = b"".join([self._read(index) for index in indices.tolist()])
        return np.frombuffer(content, self.dtype).reshape(len(indices), *self.shape[1:])

    def _read(self, index: int) -> bytes:
        content = os.pread(self._file, self._picture_bytes, self._start + index * self._picture_bytes)
        if len(content) < self._picture_bytes:
            raise DataError(f"{self._path} ends before picture {index} of {len(self)}; prepare the set again")
        return content
