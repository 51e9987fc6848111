"""Label files that are tables of comma-separated values, read so that damage is named."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from esr_core.errors import DataError


def read_table(
    path: Path, columns: Sequence[str], has_header: bool = True, content: bytes | None = None
) -> pd.DataFrame:
    """Columns of a CSV file, everything as text without spaces around it, what is empty as missing.

    Args:
        path: of the file, UTF-8.
        columns: to read; any others are left out.
        has_header: the first line names the columns; else ``columns`` names them in order.
        content: of the file, where it was read already; the path names it in messages.

    Raises:
        DataError: if the file cannot be read, lacks a column, has no rows or has a row with more or fewer cells than
            columns: it was cut off there, or a comma in a cell is not quoted and the cells behind it would shift.
    """
    rows = _rows(path, content)
    header = next(rows, []) if has_header else list(columns)
    if missing := [name for name in columns if name not in header]:
        raise DataError(f"{path} lacks the column {missing[0]}, found {', '.join(header) or 'nothing'}")
    positions = [header.index(name) for name in columns]
    cells = []
    for position, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise DataError(f"{path} row {position} must have {len(header)} cells, found {len(row)}")
        cells.append([row[column] or None for column in positions])
    if not cells:
        raise DataError(f"{path} must have a row for each picture, found none")
    return pd.DataFrame(cells, columns=list(columns), dtype="string")


def read_header(path: Path) -> list[str]:
    """The names of a CSV file's columns; none if it is empty.

    Raises:
        DataError: if the file cannot be read.
    """
    return next(_rows(path), [])


def number(value: object, path: Path, row: int, column: str) -> float:
    """A cell as a finite number.

    Args:
        value: text or missing.
        path: of the file, for the message.
        row: position in the table, from 0.
        column: its name.

    Raises:
        DataError: if it is none; the message names the row, counted from 1 below the header.
    """
    try:
        result = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        result = math.nan
    if not math.isfinite(result):
        found = "nothing" if pd.isna(value) else repr(value)
        raise DataError(f"{path} row {row + 1} must have a number as {column}, found {found}")
    return result


def picture_name(value: object, path: Path, row: int, column: str) -> str:
    """A cell that names a picture; arguments and errors as of :func:`number`."""
    if pd.isna(value):
        raise DataError(f"{path} row {row + 1} must name a picture as {column}, found nothing")
    return str(value)


def _rows(path: Path, content: bytes | None = None) -> Iterator[list[str]]:
    try:
        opened = path.open("rb") if content is None else io.BytesIO(content)
        with io.TextIOWrapper(opened, encoding="utf-8-sig", newline="") as file:  # Excel opens its UTF-8 with a mark
            for row in csv.reader(file, skipinitialspace=True, strict=True):
                if row not in ([], [""]):
                    yield [cell.strip() for cell in row]
    except (OSError, ValueError, csv.Error) as error:  # bad UTF-8 is a ValueError
        raise DataError(f"{path} cannot be read as comma-separated values: {error}") from None
