"""Label files that are tables of separated values, read so that damage is named and what is unambiguous is accepted."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from esr_core.data.names import look
from esr_core.data.separated import read_rows
from esr_core.errors import DataError

DECIMAL_COMMA = re.compile(r"[+-]?(0|\d+),\d+")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")  # 1,234 is 1234 to some and 1.234 to others


def read_table(
    path: Path,
    columns: Sequence[str],
    has_header: bool = True,
    content: bytes | None = None,
    optional: Sequence[str] = (),
) -> pd.DataFrame:
    """Columns of a table, everything as text without spaces around it, what is empty as missing.

    Commas, semicolons, tabs and bars separate cells, whichever fits the columns' names.

    Args:
        path: of the file, UTF-8 or UTF-16 with its mark.
        columns: to read, whatever their case in the file; any others are left out.
        has_header: the first line names the columns; else ``columns`` names them in order.
        content: of the file, where it was read already; the path names it in messages.
        optional: columns to read where they are there, after the others.

    Raises:
        DataError: if the file cannot be read, lacks a column or has it twice, has no rows or has a row with more or
            fewer cells than columns: it was cut off there, or a separator in a cell is not quoted and the cells behind
            it would shift.
    """
    rows = read_rows(path, (*columns, *optional), content)
    header = next(rows, []) if has_header else list(columns)
    looks = [look(cell) for cell in header]
    wanted = [*columns, *(name for name in optional if look(name) in looks)]
    positions = [_position(name, header, looks, path) for name in wanted]
    cells = []
    for position, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise DataError(f"{path} row {position} must have {len(header)} cells, found {len(row)}")
        cells.append([row[column] or None for column in positions])
    if not cells:
        raise DataError(f"{path} must have a row for each picture, found none")
    return pd.DataFrame(cells, columns=wanted, dtype="string")


def _position(name: str, header: Sequence[str], looks: Sequence[str], path: Path) -> int:
    """Where a column is: under exactly its name, or the only one that looks like it."""
    alike = header if name in header else looks
    wanted = name if name in header else look(name)
    count = Counter(alike)[wanted]
    if count == 0:
        raise DataError(f"{path} lacks the column {name}, found {', '.join(header) or 'nothing'}")
    if count > 1:
        raise DataError(f"{path} must have one column {name}, found {count}")
    return alike.index(wanted)


def read_header(path: Path, names: Sequence[str]) -> list[str]:
    """The names of a table's columns; none if it is empty.

    Args:
        path: of the file.
        names: of the columns that are looked for, in order where the file does not name them.

    Raises:
        DataError: if the file cannot be read.
    """
    return next(read_rows(path, names), [])


def number(value: object, path: Path, row: int, column: str) -> float:
    """A cell as a finite number; a comma in it is the decimal point where it cannot part thousands.

    Args:
        value: text or missing.
        path: of the file, for the message.
        row: position in the table, from 0.
        column: its name.

    Raises:
        DataError: if it is none; the message names the row, counted from 1 below the header.
    """
    text = str(value)
    if DECIMAL_COMMA.fullmatch(text) and not THOUSANDS.fullmatch(text):
        value = text.replace(",", ".")
    try:
        result = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        result = math.nan
    if not math.isfinite(result):
        found = "nothing" if pd.isna(value) else repr(value)
        raise DataError(f"{path} row {row + 1} must have a number as {column}, found {found}")
    return result


def translated(column: pd.Series, meanings: Mapping[str, str], path: Path) -> list[str]:
    """What the codes in a column mean.

    Args:
        column: of a table, with its name.
        meanings: by code; there is no other.
        path: of the file, for the message.

    Raises:
        DataError: if a cell has another code, or none.
    """
    known = column.map(dict(meanings))
    if known.isna().any():
        row = int(known.isna().argmax())
        found = column.fillna("nothing").iloc[row]
        raise DataError(f"{path} row {row + 1} must have {column.name} {' or '.join(meanings)}, found {found}")
    return known.tolist()


def picture_name(value: object, path: Path, row: int, column: str) -> str:
    """A cell that names a picture; arguments and errors as of :func:`number`."""
    if pd.isna(value):
        raise DataError(f"{path} row {row + 1} must name a picture as {column}, found nothing")
    return str(value)
