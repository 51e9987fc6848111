"""Any folder of class-named subfolders of pictures: ``<folder>/<class>/<picture>``."""

from pathlib import Path

import numpy as np

from esr_core.data.faces import crop_face, find_face
from esr_core.data.photographs import read_photograph_in
from esr_core.data.source import Sample, Source
from esr_core.emotions import EMOTIONS
from esr_core.errors import DataError


def folder_source(folder: Path, whole_image: bool = False) -> Source:
    """Samples of a folder; every file of a subfolder counts, those that are no pictures are rejected by name.

    Subfolders named after emotions keep the emotions' order; own class names are in alphabetical order.

    Args:
        folder: with at least two class-named subfolders.
        whole_image: the pictures are faces already cut out: take them whole instead of finding a face.

    Raises:
        DataError: if it is no folder or has fewer than two classes.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} must be a folder of class-named subfolders, found no folder there")
    class_names = _class_names(folder)
    if len(class_names) < 2:
        raise DataError(
            f"{folder} must hold at least two class-named subfolders with pictures, found {list(class_names) or 'none'}"
        )
    return Source(
        name=folder.resolve().name,
        title=f"Image folder {folder.resolve().name}",
        licence="unknown",
        class_names=class_names,
        samples=[sample for name in class_names for sample in _samples(folder, name)],
        picture=lambda sample: _face(folder, sample, whole_image),
    )


def _class_names(folder: Path) -> tuple[str, ...]:
    present = {path.name for path in folder.iterdir() if path.is_dir() and _is_shown(path) and _files(path)}
    if present <= set(EMOTIONS):
        return tuple(name for name in EMOTIONS if name in present)
    return tuple(sorted(present))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and _is_shown(path))


def _is_shown(path: Path) -> bool:
    """Hidden entries are other programs' (.DS_Store, .ipynb_checkpoints), no pictures and no classes."""
    return not path.name.startswith(".")


def _samples(folder: Path, class_name: str) -> list[Sample]:
    files = [f"{class_name}/{path.name}" for path in _files(folder / class_name)]
    return [Sample(id=file, file=file, emotion=class_name) for file in files]


def _face(folder: Path, sample: Sample, whole_image: bool) -> np.ndarray:
    photograph = read_photograph_in(folder, sample.file)
    return crop_face(photograph, None if whole_image else find_face(photograph, sample.file))
