"""What FER+ says of each picture: ten votes, the majority's emotion, the owners' part."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePath

import numpy as np
import pandas as pd

from esr_core.data.archive import Archive
from esr_core.data.labels import label_table
from esr_core.data.layout import closest, find_optional, names_unreadable
from esr_core.data.names_on_disk import NamesOnDisk
from esr_core.data.source import Sample
from esr_core.data.tables import picture_name, read_table, translated
from esr_core.emotions import EMOTIONS
from esr_core.errors import DataError
from esr_core.folders import PathLike
from esr_core.records import FaceBox

CHOICES = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "not_a_face",
)  # fmt: skip
FOLDERS = {"train": "FER2013Train", "validation": "FER2013Valid", "test": "FER2013Test"}
USAGES = {"Training": "train", "PublicTest": "validation", "PrivateTest": "test"}
ANNOTATORS = 10
LABEL_FILES = tuple(f"{name}/label.csv" for name in FOLDERS.values())
LABELS_CSV, PICTURES_CSV = "fer2013new.csv", "fer2013.csv"
CSV_CHOICES = (*CHOICES[:-1], "NF")  # the columns of fer2013new.csv
ROW_OF_PIXELS = f"{PICTURES_CSV} row "


def majority(votes: Mapping[str, int]) -> str | None:
    """The emotion that more than half of the annotators chose, single votes not counted; None where none has it.

    Source: paper, Figure 7, whose counts this rule gives on the owners' ``label.csv`` files.

    Args:
        votes: annotators by their choice, an emotion, ``unknown`` or ``not_a_face``.
    """
    kept = {choice: count for choice, count in votes.items() if count > 1}
    winner = max(kept, key=lambda choice: kept[choice], default=None)
    has_most = winner is not None and 2 * kept[winner] > sum(kept.values())
    return winner if has_most and winner in EMOTIONS else None


@names_unreadable
def read_labels(folder: PathLike) -> pd.DataFrame:
    """The labels alone, without needing the pictures.

    Args:
        folder: of either layout.

    Returns:
        The columns of a prepared set's ``labels.parquet``, ``emotion`` as a position in ``EMOTIONS``.

    Raises:
        DataError: if no label file is found or one cannot be read.
    """
    samples, _ = read_samples(Path(folder))
    return label_table(samples, EMOTIONS)


def read_samples(folder: Path) -> tuple[list[Sample], dict[str, int]]:
    """Samples of whichever layout there is, and what was left out.

    Raises:
        DataError: if no label file is found or one cannot be read.
    """
    if all(find_optional(folder, [file]) for file in LABEL_FILES):
        return _folder_samples(folder), {}
    if (table := find_optional(folder, [LABELS_CSV])) is not None:
        return csv_samples(table)
    if find_optional(folder, [PICTURES_CSV]) is not None:
        raise DataError(
            f"{folder} must hold the votes of FER+, {LABELS_CSV}, beside {PICTURES_CSV}, found that alone: get them at "
            "github.com/microsoft/FERPlus, or learn from its own labels with `prepare fer2013`"
        )
    raise DataError(
        f"{folder} must hold the labels of FER+, {LABELS_CSV} or label.csv in each of {', '.join(FOLDERS.values())}; "
        f"{closest(folder, [LABELS_CSV, *LABEL_FILES])}"
    )


def archived_samples(archive: Archive) -> list[Sample]:
    """Samples by the label files in an archive, or by those beside it, in folders of the parts' names.

    Raises:
        DataError: if neither are there or one cannot be read.
    """
    if archive.names >= set(LABEL_FILES):
        return _folder_samples(archive.path, archive)
    folder = archive.path.parent
    if missing := [file for file in LABEL_FILES if find_optional(folder, [file]) is None]:
        raise DataError(
            f"{archive.path} must hold {', '.join(LABEL_FILES)}, or have them beside it; found no {missing[0]}"
        )
    return _folder_samples(folder)


def _folder_samples(root: Path, archive: Archive | None = None) -> list[Sample]:
    return [sample for split, name in FOLDERS.items() for sample in _part_samples(root, split, name, archive)]


def _part_samples(root: Path, split: str, name: str, archive: Archive | None) -> list[Sample]:
    labels, on_disk = f"{name}/label.csv", NamesOnDisk(root)
    path, content = root / on_disk(labels), None if archive is None else archive.read(labels)
    table = read_table(path, ("file", "box", *CHOICES), has_header=False, content=content)
    votes = _votes(table[list(CHOICES)], path)
    return [
        _sample(picture_name(file, path, row, "file"), on_disk(f"{name}/{file}"), split, counts, _box(box, path, row))
        for row, (file, box, counts) in enumerate(zip(table["file"], table["box"], votes, strict=True))
    ]


def csv_samples(path: Path) -> tuple[list[Sample], dict[str, int]]:
    """Samples of ``fer2013new.csv``, in its order, and what was left out."""
    table = read_table(path, ("Usage", "Image name", *CSV_CHOICES))
    parts = translated(table["Usage"], USAGES, path)
    votes = _votes(table[list(CSV_CHOICES)], path)
    named = table["Image name"].notna()
    again = named & table["Image name"].duplicated()
    names = table["Image name"].tolist()
    samples = [
        _sample(names[row], f"{ROW_OF_PIXELS}{row + 1}", parts[row], votes[row])
        for row in np.flatnonzero(named & ~again)
    ]
    skipped = {"picture without a face, left unnamed by FER+": int((~named).sum())}
    skipped |= {"picture named a second time": int(again.sum())}
    return samples, {reason: count for reason, count in skipped.items() if count}


def _votes(table: pd.DataFrame, path: Path) -> list[dict[str, int]]:
    """Annotators by their choice, for every row."""
    counts = table.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = ~((counts >= 0) & (counts <= ANNOTATORS) & (counts == np.floor(counts)))  # NaN fails as well
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        found = table.iloc[row, column]
        raise DataError(
            f"{path} row {row + 1} must have 0 to {ANNOTATORS} votes for {CHOICES[column]}, "
            f"found {'nothing' if pd.isna(found) else found}"
        )
    return [dict(zip(CHOICES, row, strict=True)) for row in counts.astype(int).tolist()]


def _box(text: str, path: Path, row: int) -> FaceBox:
    """The owners' box, "(left, top, right, bottom)"."""
    edges = [int(number) for number in re.findall(r"\d+", str(text))]
    if len(edges) != 4 or edges[0] >= edges[2] or edges[1] >= edges[3]:
        raise DataError(f"{path} row {row + 1} must have a box as (left, top, right, bottom), found {text}")
    left, top, right, bottom = edges
    return FaceBox(left, top, right - left, bottom - top)


def _sample(name: str, file: str, split: str, votes: dict[str, int], box: FaceBox | None = None) -> Sample:
    return Sample(id=PurePath(name).stem, file=file, emotion=majority(votes), split=split, votes=votes, box=box)
