"""Label files that are tables of comma-separated values, read so that damage is named."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from esr_core.errors import DataError


def read_table(path: Path, columns: Sequence[str], has_header: bool = True) -> pd.DataFrame:
    """Columns of a CSV file, everything as text, what is empty as missing.

    Args:
        path: of the file, UTF-8.
        columns: to read; any others are left out.
        has_header: the first line names the columns; else ``columns`` names them in order.

    Raises:
        DataError: if the file cannot be read, lacks a column or ends in the middle of a row.
    """
    try:
        names = {} if has_header else {"header": None, "names": list(columns), "index_col": False}
        table = pd.read_csv(path, dtype="string", skipinitialspace=True, keep_default_na=False, na_values=[""], **names)
    except (OSError, ValueError) as error:  # pandas' own errors and bad UTF-8 are ValueErrors
        raise DataError(f"{path} cannot be read as comma-separated values: {error}") from None
    table.columns = table.columns.str.strip()
    if missing := [name for name in columns if name not in table]:
        raise DataError(f"{path} lacks the column {missing[0]}, found {', '.join(map(str, table.columns))}")
    return table[list(columns)]


def number(value: object, path: Path, row: int, column: str) -> float:
    """A cell as a number.

    Args:
        value: text or missing.
        path: of the file, for the message.
        row: position in the table, from 0.
        column: its name.

    Raises:
        DataError: if it is none; the message names the row, counted from 1 below the header.
    """
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        found = "nothing" if pd.isna(value) else repr(value)
        raise DataError(f"{path} row {row + 1} must have a number as {column}, found {found}") from None
