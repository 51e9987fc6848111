"""Pictures that are the same to the pixel: which they are, and which of one part also stand in another.

Pictures collected by image search come in copies. A copy in the test part of one that was trained on is no unseen
picture, and two copies with different labels are label noise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

import numpy as np
import pandas as pd

from esr_core.data.picture_file import PictureFile
from esr_core.data.protocols import OFFICIAL_PARTS, Parts

DUPLICATE_OF = "duplicate_of"
DIGEST_BYTES = 16  # 128 bits: two different pictures of a million share one with a probability below 1e-26
PICTURES_AT_ONCE = 256
SEEN_IN_TRAINING = "{} seen in training"  # what a run calls those of a part that it also learns from


def first_alike(pictures: np.ndarray | PictureFile) -> np.ndarray:
    """The first picture with the same pixels, for each picture.

    Args:
        pictures: uint8 (n, ...), a few of which are read at a time.

    Returns:
        Positions (n,), a picture's own where no earlier one is the same.
    """
    first: dict[bytes, int] = {}
    positions = np.empty(len(pictures), dtype=np.int64)
    for start in range(0, len(pictures), PICTURES_AT_ONCE):
        rows = np.arange(start, min(start + PICTURES_AT_ONCE, len(pictures)))
        for row, picture in zip(rows.tolist(), pictures[rows], strict=True):
            digest = blake2b(np.ascontiguousarray(picture).data, digest_size=DIGEST_BYTES).digest()
            positions[row] = first.setdefault(digest, row)
    return positions


def mark_duplicates(labels: pd.DataFrame, first: np.ndarray) -> pd.DataFrame:
    """The label table with the column ``duplicate_of``.

    Args:
        labels: as ``esr_core.data.labels.label_table`` has it, with a row for each of n pictures.
        first: positions (n,), as ``first_alike`` gives them.

    Returns:
        A copy whose last column is the id of the first picture with the same pixels, missing where that is the picture
        itself.
    """
    ids = labels["id"].astype("string")
    return labels.assign(**{DUPLICATE_OF: ids.iloc[first].set_axis(labels.index).mask(first == np.arange(len(first)))})


def also_in(labels: pd.DataFrame, part: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Which pictures of one part have the pixels of a picture of another.

    Args:
        labels: with the columns ``id`` and ``duplicate_of``.
        part: positions in the table (B,).
        other: positions in the table, of the part they may stand in as well.

    Returns:
        For each picture of ``part``, bool (B,).
    """
    originals = labels[DUPLICATE_OF].fillna(labels["id"])
    return originals.iloc[part].isin(originals.iloc[other]).to_numpy(dtype=bool)


def duplicate_pairs(labels: pd.DataFrame) -> pd.DataFrame:
    """Every picture that is the same as an earlier one, beside the first of them.

    Args:
        labels: with the columns ``id``, ``emotion``, ``split`` and ``duplicate_of``.

    Returns:
        A row per pair: ``first`` and ``second``, positions in the table, and where they differ: ``other_class`` (where
        both have one), ``other_part``. Pairs with different classes first, then those in different parts.
    """
    second = np.flatnonzero(labels[DUPLICATE_OF].notna())
    first = pd.Index(labels["id"]).get_indexer(pd.Index(labels[DUPLICATE_OF].iloc[second]))
    pairs = pd.DataFrame({"first": first, "second": second})
    for name, column in (("other_class", "emotion"), ("other_part", "split")):
        one, other = (labels[column].iloc[rows].reset_index(drop=True) for rows in (first, second))
        pairs[name] = (one != other).fillna(value=False).to_numpy(dtype=bool)
    return pairs.sort_values(["other_class", "other_part"], ascending=False, kind="stable", ignore_index=True)


def copies_of_training(labels: pd.DataFrame) -> dict[str, int]:
    """How many pictures of the owners' validation and test parts also stand in their training part.

    Args:
        labels: with the columns ``id``, ``split`` and ``duplicate_of``; pictures without a class count as well.
    """
    train, *others = (np.flatnonzero((labels["split"] == part).fillna(value=False)) for part in OFFICIAL_PARTS)
    return {
        part: int(also_in(labels, rows, train).sum()) for part, rows in zip(OFFICIAL_PARTS[1:], others, strict=True)
    }


def describe_duplicates(labels: pd.DataFrame) -> str:
    """How many duplicates a set has and what is wrong with them, as one sentence without a full stop.

    Args:
        labels: with the columns ``id``, ``emotion``, ``split`` and ``duplicate_of``; pictures without a class count.
    """
    pairs = duplicate_pairs(labels)
    sentence = f"{len(pairs):,} of {len(labels):,} pictures are the same to the pixel as an earlier one"
    if count := pairs["other_class"].sum():
        sentence += f", {count:,} of them with another class"
    copies = [f"{count:,} of the {part} part" for part, count in copies_of_training(labels).items() if count]
    return f"{sentence}; {' and '.join(copies)} also stand in the training part" if copies else sentence


def overlap_warning(counts: Mapping[str, int], sizes: Mapping[str, int]) -> str:
    """What to know of parts some of whose pictures are also learned from, as one sentence without a full stop.

    Args:
        counts: such pictures, by the part's name; the sentence is empty where there are none.
        sizes: pictures of the whole part.
    """
    named = [f"{count:,} of {sizes[name]:,} {name} pictures" for name, count in counts.items() if count]
    return f"{' and '.join(named)} are also learned from: training holds the same pixels" if named else ""


@dataclass(frozen=True, slots=True, eq=False)
class Overlap:
    """Pictures that a training is measured on although it learns from the same pixels, by part: test and validation."""

    seen: Mapping[str, np.ndarray]  # their positions in the prepared set
    sizes: Mapping[str, int]  # pictures of the whole part

    @classmethod
    def of(cls, labels: pd.DataFrame, parts: Parts, branches: Sequence[np.ndarray]) -> Self:
        """The overlap of one training.

        Args:
            labels: of the prepared set, with the column ``duplicate_of``.
            parts: of the run.
            branches: positions that each branch learns from.
        """
        learned = np.unique(np.concatenate(branches))
        named = {"test": parts.test, "validation": parts.validation}
        seen = {name: rows[also_in(labels, rows, learned)] for name, rows in named.items()}
        return cls(seen, {name: len(rows) for name, rows in named.items()})

    @property
    def warning(self) -> str:
        """One sentence with the counts; empty where nothing is seen."""
        return overlap_warning({name: len(rows) for name, rows in self.seen.items()}, self.sizes)
