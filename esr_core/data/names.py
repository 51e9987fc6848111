"""Names that look the same are the same, and identifiers are what the owners numbered."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

NUMBERED = re.compile(r"0*(\d+)(\.0+)?")  # 001, and the 1 or 1.0 that a spreadsheet makes of it


def look(name: str) -> str:
    """Equal for two names that differ in case, form of Unicode, kind or number of spaces, or in marks without width."""
    visible = "".join(letter for letter in unicodedata.normalize("NFKC", name) if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", visible.casefold()).split())


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
