"""What a run keeps of the prepared set it learned from: what it was, and how it is made again."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import pandas as pd
from pydantic import TypeAdapter

from esr_core.config import validated
from esr_core.data.protocols import OFFICIAL_PARTS
from esr_core.data.source import Option
from esr_core.data.summary import UNKNOWN

OWNERS_FOLDER = "SRC"  # whoever types the command knows where the owners' files are


@dataclass(frozen=True, slots=True)
class DataRecord:
    """A prepared set as it was when a run learned from it; fields as in its card."""

    name: str
    title: str
    licence: str
    class_names: tuple[str, ...]
    options: dict[str, Option]
    num_pictures: int
    num_unlabelled: int
    counts: tuple[int, ...]  # pictures of each class
    split_counts: dict[str, tuple[int, ...]]  # the same by the owners' part
    fingerprint: str

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> Self:
        """Read the card of a set as plain values; what else it holds is passed over, for cards grow.

        Raises:
            ValueError: if a field is missing or has another type.
        """
        values = {field.name: card[field.name] for field in fields(cls) if field.name in card}
        return validated(TypeAdapter(cls), values, "card")

    def class_counts(self) -> pd.DataFrame:
        """Pictures of each class in each of the owners' parts; pictures without a class are not among them.

        Returns:
            Columns class, part and pictures, as ``LabelSummary.classes``; the part is empty where there is none.
        """
        known = {part: self.split_counts[part] for part in OFFICIAL_PARTS if part in self.split_counts}
        rows = [
            (name, part, counts[position])
            for position, name in enumerate(self.class_names)
            for part, counts in (known or {UNKNOWN: self.counts}).items()
        ]
        return pd.DataFrame(rows, columns=["class", "part", "pictures"])

    def prepare_command(self, destination: str) -> str:
        """The command line that makes the set again in ``destination``, SRC standing for the owners' folder."""
        kind = "folder" if "whole_image" in self.options else self.name
        source = [] if kind == "builtin" else [OWNERS_FOLDER]
        words = ["python", "-m", "esr_core", "prepare", kind, *source, destination]
        return shlex.join([*words, *(word for option in self.options.items() for word in _words(*option))])

    def absence(self, destination: str) -> str:
        """One sentence: which set is not on this machine, and the command that makes it."""
        return f"{self.title} is not prepared on this machine: {self.prepare_command(destination)}"


def absent_set(record: DataRecord | None, folder: Path) -> str | None:
    """Why the prepared set of a run cannot be opened: a sentence where there is none in ``folder``, else None."""
    if record is None or (folder / "card.json").exists():
        return None
    return record.absence(str(folder))


def _words(name: str, value: Option) -> list[str]:
    """An option of an adapter as its command line has it; a switch that is off is left out."""
    flag = f"--{name.replace('_', '-')}"
    if isinstance(value, bool):
        return [flag] if value else []
    return [flag, str(value)]
