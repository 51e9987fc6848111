"""Where the pictures of FER-2013 are: in an archive, in folders, or as rows of a table."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from esr_core.data.archive import Archive, is_archive
from esr_core.data.faces import crop_face
from esr_core.data.ferplus.labels import FOLDERS, LABELS_CSV, PICTURES_CSV, csv_samples
from esr_core.data.layout import SHOWN, closest, find_in, find_optional, shown
from esr_core.data.picture_kinds import has_picture_ending, is_picture
from esr_core.data.source import Sample
from esr_core.data.tables import read_table
from esr_core.errors import DataError, PhotoError

SIDE_PX = 48


def find_archive(path: Path) -> Archive | None:
    """The zip archive of the pictures: what is given, or the one in the given folder where no pictures are unpacked.

    Raises:
        DataError: if it cannot be read or lacks the pictures of a part; if a folder holds several.
    """
    if is_archive(path):
        return _checked(path)
    if not path.is_dir() or are_unpacked(path) or find_optional(path, [PICTURES_CSV]):
        return None
    names = [entry.name for entry in shown(path) if entry.suffix.lower() == ".zip"]
    if len(names) > 1:
        raise DataError(f"{path} must hold one zip archive of FER+, found {' and '.join(names)}: name the right one")
    found = find_optional(path, names)
    return None if found is None else _checked(found)


def _checked(path: Path) -> Archive:
    archive = Archive(path)
    for folder in FOLDERS.values():
        if not any(name.startswith(f"{folder}/") and has_picture_ending(name) for name in archive.names):
            tops = list(dict.fromkeys(name.partition("/")[0] for name in archive.names))
            raise DataError(
                f"{path} must hold the pictures {folder}/*.png, found {', '.join(tops[:SHOWN]) or 'nothing'}; "
                "an archive of another layout must be unpacked and its folder given"
            )
    return archive


def are_unpacked(folder: Path) -> bool:
    """Whether the folder of each part holds pictures."""
    parts = [find_optional(folder, [name]) for name in FOLDERS.values()]
    return all(part is not None and any(map(is_picture, part.glob("[!.]*"))) for part in parts)


@dataclass(frozen=True)
class PixelRows:
    """The pictures as rows of a table such as ``fer2013.csv``, read once in each process that needs them."""

    path: Path

    @cached_property
    def rows(self) -> list[str]:
        """The pixels of each row, as text."""
        return read_table(self.path, ("pixels",))["pixels"].fillna("").tolist()

    def __call__(self, sample: Sample) -> np.ndarray:
        """The picture of one sample, enlarged to uint8 RGB (96, 96, 3)."""
        return crop_face(self.photograph(sample), None)

    def photograph(self, sample: Sample) -> np.ndarray:
        """The picture of one sample as it is in the table, uint8 RGB (48, 48, 3).

        Raises:
            PhotoError: if its row does not hold so many pixels.
        """
        row = int(sample.file.rpartition(" ")[2]) - 1
        try:
            values = np.array(self.rows[row].split(), dtype=np.int64)
        except ValueError:
            raise PhotoError(f"{sample.file} must have whole numbers as pixels") from None
        if len(values) != SIDE_PX**2 or values.min() < 0 or values.max() > 255:
            raise PhotoError(f"{sample.file} must have {SIDE_PX**2} pixels from 0 to 255, found {len(values)}")
        grey = values.astype(np.uint8).reshape(SIDE_PX, SIDE_PX)
        return cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)


def pixels_beside(folder: Path) -> PixelRows:
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
    return PixelRows(pictures)


def in_rows(samples: list[Sample], folder: Path) -> list[Sample]:
    """The same samples, their pictures found in the rows of the CSV files."""
    table = find_in(folder, [LABELS_CSV], "the names of the pictures")
    rows = {sample.id: sample.file for sample in csv_samples(table)[0]}
    if missing := [sample.id for sample in samples if sample.id not in rows]:
        raise DataError(f"{table} must name every labelled picture, found no {missing[0]}")
    return [replace(sample, file=rows[sample.id]) for sample in samples]
