"""FER+: the pictures of FER-2013, each judged by ten annotators.

Source: Barsoum et al. 2016, doi 10.1145/2993148.2993165. Two layouts are read: ``fer2013.csv`` beside
``fer2013new.csv``, and the folders ``FER2013Train``, ``FER2013Valid`` and ``FER2013Test`` with a ``label.csv`` each.
The owners' two kinds of label file count different votes for 1,601 of the 35,710 pictures; the paper's Figure 7 has
those of ``label.csv``, so these are taken where both are there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePath

import cv2
import numpy as np
import pandas as pd

from esr_core.data.face_crops import FaceCrops
from esr_core.data.faces import crop_face
from esr_core.data.labels import label_table
from esr_core.data.layout import closest, find_optional, names_unreadable
from esr_core.data.source import Sample, Source
from esr_core.data.tables import picture_name, read_table
from esr_core.emotions import EMOTIONS
from esr_core.errors import DataError, PhotoError
from esr_core.records import FaceBox

CHOICES = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "not_a_face",
)  # fmt: skip
FOLDERS = {"train": "FER2013Train", "validation": "FER2013Valid", "test": "FER2013Test"}
USAGES = {"Training": "train", "PublicTest": "validation", "PrivateTest": "test"}
ANNOTATORS = 10
SIDE_PX = 48
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
def read_labels(folder: Path) -> pd.DataFrame:
    """The labels alone, without needing the pictures.

    Args:
        folder: of either layout.

    Returns:
        The columns of a prepared set's ``labels.parquet``, ``emotion`` as a position in ``EMOTIONS``.

    Raises:
        DataError: if no label file is found or one cannot be read.
    """
    samples, _ = _read_samples(folder)
    return label_table(samples, EMOTIONS)


@names_unreadable
def ferplus_source(folder: Path) -> Source:
    """Every picture FER+ judges, with its ten votes, the majority's emotion and the owners' split.

    Args:
        folder: of either layout, with the pictures.

    Raises:
        DataError: if labels or pictures are missing, cannot be read, or their files differ in length.
    """
    samples, skipped = _read_samples(folder)
    picture: FaceCrops | _PixelRows = FaceCrops(folder, "given")
    if not all(any((folder / name).glob("[!.]*.png")) for name in FOLDERS.values()):
        picture = _pixels_beside(folder)
        samples = _in_rows(samples, folder)
    return Source(
        name="ferplus",
        title="FER+",
        licence="labels MIT; pictures of FER-2013 by its owners' terms",
        class_names=EMOTIONS,
        samples=samples,
        picture=picture,
        folder=folder,
        skipped=skipped,
    )


@dataclass(frozen=True)
class _PixelRows:
    """The pictures as rows of ``fer2013.csv``, read once in each process that needs them."""

    path: Path

    @cached_property
    def rows(self) -> list[str]:
        return read_table(self.path, ("pixels",))["pixels"].fillna("").tolist()

    def __call__(self, sample: Sample) -> np.ndarray:
        """The picture of one sample, enlarged to uint8 RGB (96, 96, 3)."""
        row = int(sample.file.removeprefix(ROW_OF_PIXELS)) - 1
        try:
            values = np.array(self.rows[row].split(), dtype=np.int64)
        except ValueError:
            raise PhotoError(f"{sample.file} must have whole numbers as pixels") from None
        if len(values) != SIDE_PX**2 or values.min() < 0 or values.max() > 255:
            raise PhotoError(f"{sample.file} must have {SIDE_PX**2} pixels from 0 to 255, found {len(values)}")
        grey = values.astype(np.uint8).reshape(SIDE_PX, SIDE_PX)
        return crop_face(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), None)


def _pixels_beside(folder: Path) -> _PixelRows:
    """The pixels of ``fer2013.csv``, whose rows must be those of ``fer2013new.csv``."""
    labels, pictures = (find_optional(folder, [name]) for name in (LABELS_CSV, PICTURES_CSV))
    if labels is None or pictures is None:
        raise DataError(
            f"{folder} must hold the pictures of FER-2013, {PICTURES_CSV} beside {LABELS_CSV} or .png files in "
            f"{', '.join(FOLDERS.values())}; {closest(folder, [PICTURES_CSV, *FOLDERS.values()])}"
        )
    usages = [read_table(path, ("Usage",))["Usage"] for path in (pictures, labels)]
    if len(usages[0]) != len(usages[1]):
        raise DataError(
            f"{pictures} and {labels} must have the same rows, found {len(usages[0]):,} and {len(usages[1]):,}"
        )
    if (different := (usages[0] != usages[1]).fillna(value=True)).any():
        row = int(different.argmax())
        found = " and ".join(usage.fillna("nothing").iloc[row] for usage in usages)
        raise DataError(f"{pictures} and {labels} must have the same Usage in row {row + 1}, found {found}")
    return _PixelRows(pictures)


def _in_rows(samples: list[Sample], folder: Path) -> list[Sample]:
    """The same samples, their pictures found in the rows of the CSV files."""
    rows = {sample.id: sample.file for sample in _csv_samples(folder / LABELS_CSV)[0]}
    if missing := [sample.id for sample in samples if sample.id not in rows]:
        raise DataError(f"{folder / LABELS_CSV} must name every labelled picture, found no {missing[0]}")
    return [replace(sample, file=rows[sample.id]) for sample in samples]


def _read_samples(folder: Path) -> tuple[list[Sample], dict[str, int]]:
    """Samples of whichever layout there is, and what was left out."""
    if all(find_optional(folder, [f"{name}/label.csv"]) for name in FOLDERS.values()):
        return [sample for split, name in FOLDERS.items() for sample in _folder_samples(folder, split, name)], {}
    if (table := find_optional(folder, [LABELS_CSV])) is not None:
        return _csv_samples(table)
    wanted = [LABELS_CSV, *(f"{name}/label.csv" for name in FOLDERS.values())]
    raise DataError(
        f"{folder} must hold the labels of FER+, {LABELS_CSV} or label.csv in each of {', '.join(FOLDERS.values())}; "
        f"{closest(folder, wanted)}"
    )


def _folder_samples(folder: Path, split: str, name: str) -> list[Sample]:
    path = folder / name / "label.csv"
    table = read_table(path, ("file", "box", *CHOICES), has_header=False)
    votes = _votes(table[list(CHOICES)], path)
    return [
        _sample(picture_name(file, path, row, "file"), f"{name}/{file}", split, counts, _box(box, path, row))
        for row, (file, box, counts) in enumerate(zip(table["file"], table["box"], votes, strict=True))
    ]


def _csv_samples(path: Path) -> tuple[list[Sample], dict[str, int]]:
    table = read_table(path, ("Usage", "Image name", *CSV_CHOICES))
    unknown = table["Usage"][~table["Usage"].isin(USAGES)]
    if len(unknown):
        raise DataError(
            f"{path} row {unknown.index[0] + 1} must have Usage {' or '.join(USAGES)}, found {unknown.iloc[0]}"
        )
    votes = _votes(table[list(CSV_CHOICES)], path)
    named = table["Image name"].notna()
    again = named & table["Image name"].duplicated()
    names, usages = table["Image name"].tolist(), table["Usage"].tolist()
    samples = [
        _sample(names[row], f"{ROW_OF_PIXELS}{row + 1}", USAGES[usages[row]], votes[row])
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
