"""Names that look the same are the same: one form of Unicode, twins that differ in what nobody sees, names on disk."""

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping

from esr_core.errors import DataError

NUMBERED = re.compile(r"0*(\d+)(\.0+)?")  # 001, and the 1 or 1.0 that a spreadsheet makes of it


def one_form(name: str) -> str:
    """A name in the composed form of Unicode (NFC), as keyboards write it; file systems of macOS decompose it."""
    return unicodedata.normalize("NFC", name)


def look(name: str) -> str:
    """Equal for two names that differ in case, form of Unicode, kind or number of spaces, or in marks without width."""
    visible = "".join(letter for letter in unicodedata.normalize("NFKC", name) if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", visible.casefold()).split())


def is_text(name: str) -> bool:
    """Whether the name of a file is UTF-8; Python reads other bytes as characters that nothing can store or show."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(name: str) -> str:
    r"""The name of a file, bytes of it that are not UTF-8 written as ``\xe9``."""
    return os.fsencode(name).decode(errors="backslashreplace")


def spelt_out(name: str) -> str:
    """A name with its code points where it is not ASCII, which tells it from one that looks the same."""
    return name if name.isascii() else f"{name} ({ascii(name)[1:-1]})"


def twins(names: Iterable[str]) -> tuple[str, str] | None:
    """The first two different names, in order, that look the same; None if there are none."""
    by_look: dict[str, str] = {}
    for name in sorted(names):
        if (other := by_look.setdefault(look(name), name)) != name:
            return other, name
    return None


def require_distinct(names: Iterable[str], where: object, what: str) -> None:
    """Raise DataError where two names of a ``what``, a class or a subject, look the same: they would be two."""
    if alike := twins(names):
        raise DataError(f"{where} must spell each {what} in one way, found {' and '.join(map(spelt_out, alike))}")


def number_free(identifier: str) -> str:
    """Equal for an identifier and what a spreadsheet makes of it: zeros in front of a number go."""
    match = NUMBERED.fullmatch(identifier)
    return match[1] if match else look(identifier)


def as_owners_number(listed: Iterable[str], owners: Iterable[str]) -> Mapping[str, str]:
    """For each listed identifier the owners' one that it stands for; those that stand for none are left out.

    One that the owners have exactly is itself; any other stands for the only one that is the same number, or the same
    text but for case.

    Args:
        listed: identifiers of a table, as a spreadsheet left them.
        owners: all that the owners gave.
    """
    present = set(owners)
    by_number: dict[str, list[str]] = {}
    for identifier in sorted(present):
        by_number.setdefault(number_free(identifier), []).append(identifier)
    meant = {each: [each] if each in present else by_number.get(number_free(each), []) for each in listed}
    return {each: alike[0] for each, alike in meant.items() if len(alike) == 1}
