"""Your own pictures: a folder of class-named subfolders, in parts or not, or any folder with a table of labels."""

from collections.abc import Hashable, Mapping, Sequence
from os.path import relpath
from pathlib import Path, PurePath
from typing import Any

import pandas as pd

from esr_core.data.detectors import DEFAULT_DETECTOR, usable_detector
from esr_core.data.face_crops import FaceCrops
from esr_core.data.layout import closest, names_unreadable, pictures_in, shown
from esr_core.data.names import look, one_form, printable, require_distinct
from esr_core.data.names_on_disk import NamesOnDisk
from esr_core.data.protocols import OFFICIAL_PARTS
from esr_core.data.source import Option, Sample, Source
from esr_core.data.subfolders import PARTS_CALLED, subfolder_samples
from esr_core.data.tables import number, picture_name, read_header, read_table
from esr_core.emotions import EMOTIONS
from esr_core.errors import DataError
from esr_core.folders import PathLike

OPTIONAL_COLUMNS = ("subject", "split", "valence", "arousal")


@names_unreadable
def folder_source(
    folder: PathLike, whole_image: bool = False, labels: PathLike | None = None, detector: str = DEFAULT_DETECTOR
) -> Source:
    """Samples of a folder; files that turn out to be no pictures are rejected by name.

    Classes named after emotions keep the emotions' order; own class names are in alphabetical order.

    Args:
        folder: with at least two class-named subfolders of pictures, in folders of parts (``train``, ``test``) or not,
            or what ``labels`` lists.
        whole_image: the pictures are faces already cut out: take them whole instead of finding a face.
        labels: CSV file with the columns ``file`` (below the folder) and ``emotion`` (or ``class``), and any of
            ``subject``, ``split`` (train, validation, test), ``valence`` and ``arousal`` (in [-1, 1]); empty cells
            are labels not given.
        detector: name of a record in ``DETECTORS`` that finds the faces where they are not taken whole.

    Raises:
        DataError: if it is no folder, has fewer than two classes, or the table cannot be read.
        ConfigError: if the detector cannot be used.
    """
    folder, labels = Path(folder), None if labels is None else Path(labels)
    if not folder.is_dir():
        raise DataError(f"{folder} must be a folder of pictures; {closest(folder, [])}")
    samples, skipped = subfolder_samples(folder) if labels is None else _listed_samples(folder, labels)
    class_names = _class_names({sample.emotion for sample in samples if sample.emotion is not None})
    require_distinct(class_names, labels or folder, "class")
    if len(class_names) < 2:
        expected = "hold at least two class-named subfolders with pictures"
        where = f"{folder} must {expected}" if labels is None else f"{labels} must name at least two classes"
        raise DataError(f"{where}, found {_found(folder, class_names, skipped)}")
    name = printable(folder.resolve().name)
    return Source(
        name=name,
        title=f"Image folder {name}",
        licence="unknown",
        class_names=class_names,
        samples=samples,
        picture=FaceCrops(folder, "whole" if whole_image else "found", detector=usable_detector(detector).name),
        folder=folder,
        options=_options(whole_image, detector, labels),
        skipped=skipped,
    )


def _options(whole_image: bool, detector: str, labels: Path | None) -> dict[str, Option]:
    found_by: dict[str, Option] = {} if whole_image else {"detector": detector}
    labelled_by: dict[str, Option] = {} if labels is None else {"labels": printable(labels.name)}
    return {"whole_image": whole_image, **found_by, **labelled_by}


def _found(folder: Path, class_names: Sequence[str], skipped: Mapping[str, int]) -> str:
    """What there is instead of classes, and a way out where there is one."""
    left_out = "".join(f"; left out: {count:,} x {reason}" for reason, count in skipped.items())
    tables = [path.name for path in shown(folder) if path.suffix.lower() == ".csv"]
    hint = f"; if {tables[0]} has the labels, name it with --labels" if tables and not class_names else ""
    wrapping = [path.name for path in shown(folder) if path.is_dir() and sum(map(Path.is_dir, shown(path))) > 1]
    if wrapping and not class_names:
        hint += f"; if {wrapping[0]} in it holds the classes, give that folder"
    return f"{list(class_names) or 'none'}{left_out}{hint}"


def _class_names(present: set[str]) -> tuple[str, ...]:
    if present <= set(EMOTIONS):
        return tuple(name for name in EMOTIONS if name in present)
    return tuple(sorted(present))


def _listed_samples(folder: Path, path: Path) -> tuple[list[Sample], dict[str, int]]:
    """Samples by the rows of a table, and how many pictures beside theirs it does not name."""
    names = ("file", "emotion", "class", *OPTIONAL_COLUMNS)
    header = {look(name) for name in read_header(path, names)}
    emotion = "emotion" if "emotion" in header else "class"
    table = read_table(path, ["file", emotion], optional=OPTIONAL_COLUMNS).rename(columns={emotion: "emotion"})
    on_disk = NamesOnDisk(folder)
    samples = [_listed_sample(on_disk, path, row, values) for row, values in enumerate(table.to_dict("records"))]
    unlisted = _num_unlisted(folder, samples)
    return samples, {f"picture that {path.name} does not name": unlisted} if unlisted else {}


def _num_unlisted(folder: Path, samples: Sequence[Sample]) -> int:
    """Pictures in the folders of those that are listed, and not listed themselves."""
    listed = {sample.id for sample in samples}
    inside = {PurePath(relpath(folder / sample.file, folder)).parent for sample in samples}
    folders = [parent for parent in inside if ".." not in parent.parts and (folder / parent).is_dir()]
    beside = (parent / path.name for parent in folders for path in pictures_in(folder / parent))
    return sum(one_form(file.as_posix()) not in listed for file in beside)


def _listed_sample(on_disk: NamesOnDisk, path: Path, row: int, values: dict[Hashable, Any]) -> Sample:
    given: dict[str, Any] = {str(name): one_form(value) for name, value in values.items() if not pd.isna(value)}
    given["file"] = on_disk(picture_name(values["file"], path, row, "file"))
    if "split" in given:
        given["split"] = _part(given["split"], path, row)
    for name in {"valence", "arousal"} & set(given):
        given[name] = number(given[name], path, row, name)
    file = relpath(on_disk.root / given["file"], on_disk.root)  # one picture has one id, however its path is written
    return Sample(id=one_form(file), **given)


def _part(value: str, path: Path, row: int) -> str:
    part = PARTS_CALLED.get(look(value))
    if part is None:
        raise DataError(f"{path} row {row + 1} must have split {' or '.join(OFFICIAL_PARTS)}, found {value!r}")
    return part
