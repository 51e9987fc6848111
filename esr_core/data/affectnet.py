"""AffectNet: faces from the web with emotion, valence and arousal.

Source: Mollahosseini, Hasani and Mahoor 2019, doi 10.1109/TAFFC.2017.2740923. Two releases are read: the first, with
two CSV files, and the later one, whose faces are cut out already and whose labels are a file each.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from esr_core.data.face_crops import FaceCrops
from esr_core.data.layout import closest, find_in, find_optional, names_unreadable, pictures_in, shown
from esr_core.data.names_on_disk import NamesOnDisk
from esr_core.data.source import Sample, Source
from esr_core.data.tables import number, picture_name, read_header, read_table
from esr_core.emotions import EMOTIONS
from esr_core.errors import DataError, cause
from esr_core.folders import PathLike
from esr_core.records import FaceBox

# The owners number the eight emotions as EMOTIONS does.
LEFT_OUT = {8: "no emotion", 9: "uncertain emotion", 10: "no face"}
NO_BOX = "no box of the face"  # the owners' width or height of some is below 1
NO_LABELS = "face without its expression file"
NOT_RATED = -2.0  # valence or arousal of a picture that was not rated
LISTS = {
    "train": ("Manually_training.csv", "Manually_Annotated_file_lists/training.csv", "training.csv"),
    "validation": ("Manually_validation.csv", "Manually_Annotated_file_lists/validation.csv", "validation.csv"),
}
PICTURES = ("Manually_Annotated_Images", "Manually_Annotated/Manually_Annotated_Images")
COLUMNS = (
    "subDirectory_filePath", "face_x", "face_y", "face_width", "face_height", "expression", "valence", "arousal",
)  # fmt: skip
LISTED = (*COLUMNS[:5], "facial_landmarks", *COLUMNS[5:])  # as the owners order them
FOLDERS = {"train": "train_set", "validation": "val_set"}
EXPRESSION = "_exp.npy"  # how the file of a picture's expression ends
Rating = tuple[float, ...]  # expression, valence, arousal


@names_unreadable
def affectnet_source(folder: PathLike) -> Source:
    """Every picture with one of the eight emotions and rated valence and arousal; the others are counted.

    Args:
        folder: of either release.

    Raises:
        DataError: if lists, labels or folders are missing, cannot be read or hold values out of range.
    """
    folder = Path(folder)
    find_in(
        folder, (*LISTS["train"], *FOLDERS.values()), "the lists of AffectNet's first release or the later one's parts"
    )
    is_later = find_optional(folder, tuple(FOLDERS.values())) is not None
    skipped: Counter[str] = Counter()
    samples = list(_later_release(folder, skipped) if is_later else _first_release(folder, skipped))
    return Source(
        name="affectnet",
        title="AffectNet",
        licence="research only, by agreement with the owners",
        class_names=EMOTIONS,
        samples=samples,
        picture=FaceCrops(folder, "whole" if is_later else "given"),
        folder=folder,
        skipped=dict(sorted((+skipped).items())),  # + drops what was never met
    )


def _first_release(folder: Path, skipped: Counter[str]) -> Iterator[Sample]:
    """Photographs listed in CSV files, with the owners' box of each face."""
    lists = {split: find_in(folder, names, f"the {split} list of AffectNet") for split, names in LISTS.items()}
    pictures = find_in(folder, PICTURES, "the photographs of AffectNet").relative_to(folder).as_posix()
    on_disk = NamesOnDisk(folder)
    for split, path in lists.items():
        for row, (name, *cells) in enumerate(_table(path).itertuples(index=False, name=None)):
            file = picture_name(name, path, row, COLUMNS[0])
            rating = _numbers(cells[4:], COLUMNS[5:], path, row)
            reason = _reason_to_leave_out(rating, f"{path} row {row + 1}")
            if reason is None:  # the owners need not have a box of what is left out
                box = FaceBox(*map(round, _numbers(cells[:4], COLUMNS[1:5], path, row)))
                reason = NO_BOX if box.width < 1 or box.height < 1 else None
            if reason is not None:
                skipped[reason] += 1
                continue
            yield _sample(file.rpartition(".")[0] or file, on_disk(f"{pictures}/{file}"), split, rating, box)


def _table(path: Path) -> pd.DataFrame:
    """The list's COLUMNS; some copies of it go without the line that names them."""
    first = read_header(path, LISTED)
    if len(first) == len(LISTED) and not set(first) & set(LISTED):
        return read_table(path, LISTED, has_header=False)[list(COLUMNS)]
    return read_table(path, COLUMNS)


def _numbers(cells: Sequence[object], columns: Sequence[str], path: Path, row: int) -> tuple[float, ...]:
    return tuple(number(cell, path, row, column) for cell, column in zip(cells, columns, strict=True))


def _later_release(folder: Path, skipped: Counter[str]) -> Iterator[Sample]:
    """Faces cut out already, and three label files for each."""
    for split, name in FOLDERS.items():
        labels = find_in(folder, [f"{name}/annotations"], f"the labels of the {split} part as <id>_exp.npy")
        faces = find_in(folder, [f"{name}/images"], f"the faces of the {split} part as <id>.jpg")
        files = [path.name for path in shown(labels) if path.name.lower().endswith(EXPRESSION)]
        if not files:
            raise DataError(f"{labels} must hold <id>_exp.npy, <id>_val.npy and <id>_aro.npy; {closest(labels, [])}")
        pictures = [file[: -len(EXPRESSION)] for file in sorted(files, key=lambda file: (len(file), file))]
        present = {path.stem: path.name for path in pictures_in(faces)}
        skipped[NO_LABELS] += len(present.keys() - pictures)
        on_disk = NamesOnDisk(labels)
        for picture in pictures:
            rating = tuple(_value(labels / on_disk(f"{picture}_{kind}.npy")) for kind in ("exp", "val", "aro"))
            if (reason := _reason_to_leave_out(rating, f"{labels / picture}_*.npy")) is not None:
                skipped[reason] += 1
                continue
            file = (faces / present.get(picture, f"{picture}.jpg")).relative_to(folder).as_posix()
            yield _sample(f"{name}/{picture}", file, split, rating)


def _value(path: Path) -> float:
    """The number in a label file; the owners saved some as text."""
    try:
        with path.open("rb") as file:
            return float(np.load(file, allow_pickle=False))
    except Exception as error:  # of damage, NumPy raises nearly anything
        raise DataError(f"{path} cannot be read as a label of AffectNet: {cause(error)}") from None


def _reason_to_leave_out(rating: Rating, where: str) -> str | None:
    """Why a picture gives no sample; None if it does.

    Raises:
        DataError: if a value is none that the owners give.
    """
    expression, valence, arousal = rating
    if expression in LEFT_OUT:
        return LEFT_OUT[int(expression)]
    if expression not in range(len(EMOTIONS)):
        raise DataError(f"{where} must have an expression from 0 to 10, found {expression:g}")
    if NOT_RATED in (valence, arousal):
        return "valence or arousal not rated"
    if not (-1 <= valence <= 1 and -1 <= arousal <= 1):
        raise DataError(f"{where} must have valence and arousal in [-1, 1] or -2, found {valence:g} and {arousal:g}")
    return None


def _sample(name: str, file: str, split: str, rating: Rating, box: FaceBox | None = None) -> Sample:
    expression, valence, arousal = rating
    return Sample(
        id=name, file=file, emotion=EMOTIONS[int(expression)], split=split, valence=valence, arousal=arousal, box=box
    )
