"""The table of a prediction that is not over: what is in it need not be predicted again, and one process writes it."""

import io
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pandas as pd

from esr_core.errors import ConfigError
from esr_core.folders import PathLike
from esr_core.locks import lock_file

DIGITS = "%.7g"  # as many as a float32 has


class PartialTable:
    """Rows in a CSV file that grows a few files at a time; a kill loses at most the file that was being written.

    A context manager, whose end closes the file.

    Args:
        path: of the file; what an earlier prediction wrote there is gone on from.
        columns: of every row, ``file`` first.
        types: of columns that are not floats, as pandas calls them; a ``str`` stays one whatever it looks like.

    Raises:
        ConfigError: if it cannot be read or written, has other columns, or another process is writing it.
    """

    def __init__(self, path: PathLike, columns: list[str], types: Mapping[str, Any]) -> None:
        self.path, self._columns = Path(path), columns
        self._types = {name: types.get(name, float) for name in columns}
        self._file = self._opened()
        try:
            rows = self._earlier()
            self._file.seek(0)  # what is kept is written over itself, so that a kill meanwhile takes nothing away
            self._write(self._bytes(rows, header=True))
        except BaseException:
            self._file.close()
            raise
        self.done: set[str] = set(rows["file"])
        self.num_rows = len(rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, rows: pd.DataFrame) -> None:
        """Add the rows of whole files; raises ConfigError if they cannot be written."""
        self._write(self._bytes(rows.reindex(columns=self._columns), header=False))
        self.num_rows += len(rows)

    def read(self) -> pd.DataFrame:
        """All rows; texts that look like numbers stay texts."""
        return self._table(self._content())

    def remove(self) -> None:
        """Remove the file, whose rows are stored elsewhere now."""
        self.path.unlink(missing_ok=True)

    def _opened(self) -> io.BufferedRandom:
        try:
            file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666), "r+b")
        except OSError as error:
            raise self._unwritable(error) from None
        is_ours = True
        with suppress(OSError):  # storage without locks: it is for the user to begin one prediction at a time
            is_ours = lock_file(file.fileno())
        if not is_ours:
            file.close()
            raise ConfigError(f"{self.path} is being written by another prediction; wait for it, or name another file")
        return file

    def _write(self, content: bytes) -> None:
        """Write from where the file stands, and end it there."""
        try:
            self._file.write(content)
            self._file.truncate()
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._unwritable(error) from None

    def _content(self) -> bytes:
        try:
            self._file.seek(0)
            return self._file.read()
        except OSError as error:
            raise ConfigError(f"{self.path} cannot be read: {error.strerror}") from None

    def _earlier(self) -> pd.DataFrame:
        """Rows of files that were written whole: those of the last one may be torn, and are left out."""
        none = pd.DataFrame(columns=self._columns)
        content = self._content()
        try:
            rows = self._table(whole_lines(content) or self._bytes(none, header=True))
        except ValueError:  # of pandas' reader, of bytes that are no text, and of numbers that are none
            rows = pd.DataFrame()
        if list(rows) != self._columns:
            raise ConfigError(f"{self.path} must have the columns of this prediction; delete it to begin anew")
        return rows[rows["file"] != rows["file"].iloc[-1]] if len(rows) else rows

    def _bytes(self, rows: pd.DataFrame, *, header: bool) -> bytes:
        return rows.to_csv(index=False, header=header, lineterminator="\n", float_format=DIGITS).encode()

    def _table(self, content: bytes) -> pd.DataFrame:
        empty = {name: [""] for name in self._columns if self._types[name] is not str}
        return pd.read_csv(io.BytesIO(content), dtype=self._types, keep_default_na=False, na_values=empty)

    def _unwritable(self, error: OSError) -> ConfigError:
        return ConfigError(f"{self.path} cannot be written: {error.strerror}")


def whole_lines(content: bytes) -> bytes:
    """A CSV file up to the last end of a row; an end of line between quotes, as names may have, is none."""
    end = content.rfind(b"\n")
    while content.count(b'"', 0, end + 1) % 2:
        end = content.rfind(b"\n", 0, end)
    return content[: end + 1]
