"""Rows of text files that spreadsheets write: which separator which form of Unicode, is seen from the file."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from esr_core.data.names import look
from esr_core.errors import DataError, cause

SEPARATORS = (",", ";", "\t", "|")  # in this order where nothing tells them apart
DECLARED = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # a first line that Excel writes and reads
WORKBOOKS = (b"PK\3\4", b"\xd0\xcf\x11\xe0")  # of spreadsheet programs, .xlsx or .ods and .xls
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # Excel's "Unicode text"


def read_rows(path: Path, names: Sequence[str], content: bytes | None = None) -> Iterator[list[str]]:
    """The rows that are not empty, cells without spaces around them.

    Args:
        path: of the file, UTF-8 or, with its mark, UTF-16.
        names: of the columns that are looked for, by which the separator is recognised; in the order of a file that
            does not name them.
        content: of the file, where it was read already; the path names it in messages.

    Raises:
        DataError: if the file cannot be read, is a workbook or in another encoding.
    """
    try:
        with _opened(path, content) as file:
            if file.peek(8).startswith(WORKBOOKS):
                raise DataError(f"{path} is a workbook, not a table of text: save it as CSV UTF-8")
            encoding = "utf-16" if file.peek(2)[:2] in UTF_16 else "utf-8-sig"  # Excel opens its UTF-8 with a mark
            with io.TextIOWrapper(file, encoding, newline="") as text:
                yield from _rows(text, names)
    except UnicodeDecodeError as error:
        if error.encoding != "utf-8":
            raise DataError(f"{path} cannot be read as UTF-16, as which it begins: {error.reason}") from None
        raise DataError(f"{path} {_undecodable(path, content)}: save it as CSV UTF-8") from None
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{path} cannot be read as comma-separated values: {cause(error)}") from None


def _opened(path: Path, content: bytes | None) -> io.BufferedReader:
    return path.open("rb") if content is None else io.BufferedReader(io.BytesIO(content))


def _rows(text: io.TextIOWrapper, names: Sequence[str]) -> Iterator[list[str]]:
    first = _next_line(text)
    if declared := DECLARED.fullmatch(first):
        separator, first = declared[1], _next_line(text)
    else:
        separator = _separator(first, names)
    for row in csv.reader(chain([first], text), delimiter=separator, skipinitialspace=True, strict=True):
        cells = [cell.strip() for cell in row]
        if any(cells):  # a spreadsheet writes rows that were emptied
            yield cells


def _next_line(text: io.TextIOWrapper) -> str:
    return next((line for line in text if line.strip()), "")


def _separator(line: str, names: Sequence[str]) -> str:
    """The one that makes most of the columns' names cells, else so many cells as columns, else any cells."""
    wanted = set(map(look, names))

    def fits(separator: str) -> tuple[int, bool, bool]:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
        return len({look(cell) for cell in cells} & wanted), 1 < len(names) == len(cells), len(cells) > 1

    return max(SEPARATORS, key=fits)


def _undecodable(path: Path, content: bytes | None) -> str:
    """Which cell of which line is in no form of Unicode."""
    with _opened(path, content) as file:
        for position, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError as error:
                before = re.split(rb"[,;\t|]", line[: error.start])[-1]
                after = re.split(rb"[,;\t|\r\n]", line[error.start :])[0]
                found = (before + after).decode("latin-1")
                return f"line {position} must be UTF-8, found {found!r} in another encoding"
    return "must be UTF-8"
