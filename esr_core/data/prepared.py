"""Prepared sets: faces cut out once, labels beside them, opened at once without reading them all.

::

    <set>/
      images.npy       uint8 (n, 96, 96, 3) RGB, memory-mapped
      labels.parquet   a row per picture, in the same order
      rejected.csv     file, reason
      card.json        what this is, with a fingerprint; written last

``esr_core.data.preparation`` makes them.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import TypeAdapter

from esr_core.architectures import PICTURE_SIZE_PX
from esr_core.config import DataSetConfig, validated
from esr_core.data.duplicates import DUPLICATE_OF, first_alike, mark_duplicates
from esr_core.data.labels import LABEL_COLUMNS
from esr_core.data.names import is_text, printable
from esr_core.data.picture_file import PictureFile
from esr_core.data.source import Option
from esr_core.data.tables import read_table
from esr_core.errors import DataError, cause
from esr_core.folders import PathLike

SCHEMA_VERSION = 2
PICTURE_SHAPE = (PICTURE_SIZE_PX, PICTURE_SIZE_PX, 3)
MANY_REJECTED = 0.2  # share of the pictures from which on something is probably wrong with all of them


@dataclass(frozen=True, slots=True)
class PreparedCard:
    """What a prepared set is; the content of card.json."""

    name: str
    title: str
    licence: str
    class_names: tuple[str, ...]
    options: dict[str, Option]  # of the adapter, such as the seed of what was drawn
    num_pictures: int
    num_unlabelled: int  # pictures without a class, which no protocol uses
    num_rejected: int
    counts: tuple[int, ...]  # pictures of each class
    split_counts: dict[str, tuple[int, ...]]  # the same by the owners' part
    skipped: dict[str, int]  # entries of the data set that gave no sample, by the reason
    rejected_reasons: dict[str, int]  # the commonest first
    mean: tuple[float, ...]  # per channel, of pictures in [0, 1]
    std: tuple[float, ...]
    fingerprint: str  # sha256 of pictures and labels, without ``duplicate_of``
    num_duplicates: int | None = None  # pictures with the pixels of an earlier one; None where they are not marked

    @property
    def warning(self) -> str | None:
        """A sentence naming the commonest reason where more than 20 % of the pictures were rejected."""
        found = self.num_pictures + self.num_rejected
        if self.num_rejected <= MANY_REJECTED * found:
            return None
        reason, count = next(iter(self.rejected_reasons.items()))
        return (
            f"{self.num_rejected:,} of {found:,} pictures were rejected, {count:,} of them because the file {reason}; "
            "rejected.csv names them all"
        )

    @property
    def identity(self) -> DataSetConfig:
        """What a training's configuration has of the set."""
        return DataSetConfig(name=self.name, fingerprint=self.fingerprint)

    @classmethod
    def read(cls, folder: PathLike) -> "PreparedCard":
        """The card of the prepared set in ``folder``.

        Raises:
            DataError: if there is none or it cannot be read.
        """
        path = Path(folder) / "card.json"
        try:
            stat = path.stat()
            version, card = _card(path, (stat.st_mtime_ns, stat.st_size, stat.st_ino))
        except FileNotFoundError:
            raise DataError(f"{folder} is not a prepared set: it has no card.json; make one with `prepare`") from None
        except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
            raise DataError(f"{path} cannot be read as the card of a prepared set: {cause(error)}") from None
        if version != SCHEMA_VERSION:
            raise DataError(f"{path} has schema_version {version}, expected {SCHEMA_VERSION}; prepare the set again")
        return card


@lru_cache(maxsize=256)
def _card(path: Path, stamp: tuple[int, ...]) -> tuple[int, PreparedCard]:  # noqa: ARG001 - another file
    """Schema version and content of a card, read once."""
    values = json.loads(path.read_text(encoding="utf-8"))
    version = values.pop("schema_version")
    return version, validated(_CARD, values, "card")


_CARD = TypeAdapter(PreparedCard)


@dataclass(frozen=True, slots=True, eq=False)
class PreparedSet:
    """An opened prepared set."""

    folder: Path
    card: PreparedCard
    images: np.ndarray  # uint8 (n, 96, 96, 3) RGB, memory-mapped, read-only
    labels: pd.DataFrame  # a row per picture, as esr_core.data.labels.label_table has it

    @classmethod
    def open(cls, folder: PathLike) -> "PreparedSet":
        """Open without reading the pictures.

        Raises:
            DataError: if a file is missing, cannot be read or does not fit the others.
        """
        folder = Path(folder)
        card = PreparedCard.read(folder)
        try:
            images = np.load(folder / "images.npy", mmap_mode="r", allow_pickle=False)
            labels = pd.read_parquet(folder / "labels.parquet")
        except Exception as error:  # of damage, NumPy and pyarrow raise nearly anything
            raise DataError(f"{folder} is not a whole prepared set: {cause(error)}") from None
        if not len(images) == len(labels) == card.num_pictures:
            raise DataError(
                f"{folder} does not fit together: card.json says {card.num_pictures} pictures, "
                f"images.npy has {len(images)}, labels.parquet {len(labels)}"
            )
        if images.dtype != np.uint8 or images.shape[1:] != PICTURE_SHAPE:
            shape = ", ".join(map(str, PICTURE_SHAPE))
            raise DataError(f"{folder / 'images.npy'} holds {images.dtype} {images.shape}, expected uint8 (n, {shape})")
        _require_labels(folder / "labels.parquet", labels, card)
        return cls(folder, card, images, labels)

    def marked_labels(self) -> pd.DataFrame:
        """The labels with the column ``duplicate_of``; for a set made before it was stored all pictures are read."""
        if DUPLICATE_OF in self.labels:
            return self.labels
        return mark_duplicates(self.labels, first_alike(PictureFile(self.folder / "images.npy")))

    def rows_of(self, ids: Sequence[str] | np.ndarray) -> np.ndarray:
        """Positions of the pictures of these ids, (len(ids),), in the order of the ids.

        Raises:
            DataError: if there is no picture of one of them.
        """
        rows = pd.Index(self.labels["id"]).get_indexer(pd.Index(ids))
        if (rows < 0).any():
            missing = [name for name, row in zip(ids, rows, strict=True) if row < 0]
            raise DataError(f"{self.folder} must have the picture {missing[0]}, as the predictions, but has not")
        return rows


def _require_labels(path: Path, labels: pd.DataFrame, card: PreparedCard) -> None:
    """Raise DataError if a column is missing, or names classes or pictures that there are not."""
    marks = () if card.num_duplicates is None else (DUPLICATE_OF,)
    if missing := [name for name in (*LABEL_COLUMNS, *marks) if name not in labels]:
        raise DataError(f"{path} lacks the column {missing[0]}")
    if not labels["emotion"].dropna().isin(range(len(card.class_names))).all():
        raise DataError(
            f"{path} has emotion outside 0-{len(card.class_names) - 1}, the positions of card.json's class_names"
        )
    if DUPLICATE_OF in labels and not labels[DUPLICATE_OF].dropna().isin(labels["id"]).all():
        raise DataError(f"{path} has {DUPLICATE_OF} that is the id of no picture")


def list_prepared(root: PathLike) -> dict[str, PreparedCard]:
    """Cards of the prepared sets below ``root`` by folder name; ``damaged_prepared`` says why others are left out."""
    return {folder.name: card for folder, card in _cards(root) if isinstance(card, PreparedCard)}


def damaged_prepared(root: PathLike) -> list[str]:
    """One sentence for each folder below ``root`` that holds a card and cannot be used, with the reason."""
    return [str(error) for _, error in _cards(root) if isinstance(error, DataError)]


def _cards(root: PathLike) -> Iterator[tuple[Path, PreparedCard | DataError]]:
    """The folders below ``root`` that hold a card, in order, and the card or why the set cannot be used."""
    for path in sorted(Path(root).glob("[!.]*/card.json")):
        folder = path.parent
        if not is_text(folder.name):  # nothing could show or store it
            yield folder, DataError(f"{printable(folder.name)} must be named in UTF-8 to be used: rename the folder")
            continue
        try:
            yield folder, PreparedCard.read(folder)
        except DataError as error:
            yield folder, error


def read_rejected(folder: PathLike) -> pd.DataFrame:
    """Columns file and reason of the pictures that the prepared set in ``folder`` left out, as text.

    Raises:
        DataError: if the list is missing or cannot be read.
    """
    return read_table(Path(folder) / "rejected.csv", ("file", "reason"))
