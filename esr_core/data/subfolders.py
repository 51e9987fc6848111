"""Folders of class-named subfolders, also those that are divided into parts first: ``train/happy``, ``test/happy``."""

from collections.abc import Iterator
from pathlib import Path

from esr_core.data.layout import pictures_in, shown
from esr_core.data.names import is_text, look, one_form, require_distinct
from esr_core.data.source import Sample
from esr_core.errors import DataError

PARTS_CALLED = {
    "train": "train", "training": "train",
    "val": "validation", "valid": "validation", "validation": "validation", "publictest": "validation",
    "test": "test", "testing": "test", "privatetest": "test",
}  # fmt: skip
"""The owners' parts by what people call them, in lower case; of the two tests of FER-2013 the public one came first."""

FOREIGN = {"__MACOSX", "@eaDir", "lost+found", "$RECYCLE.BIN", "System Volume Information"}  # of archives and disks
DEEPER, BESIDE = "folder inside a class's folder", "folder beside the parts"


def subfolder_samples(folder: Path) -> tuple[list[Sample], dict[str, int]]:
    """Every file of the class-named subfolders, and how much was left out for which reason.

    Raises:
        DataError: if two subfolders look like one class, or two like one part.
    """
    folders = _folders(folder)
    parts = _parts(folder, folders)
    skipped = {BESIDE: len(folders) - len(parts) if parts else 0, DEEPER: 0}
    samples: list[Sample] = []
    for part, root in parts.items() or [(None, folder)]:
        for path in _class_files(folder, _folders(root)):
            if path.is_dir():
                skipped[DEEPER] += 1
            else:  # a link to nowhere as well, to be rejected by name
                samples.append(_sample(folder, path, part))
    return samples, {reason: count for reason, count in skipped.items() if count}


def _folders(folder: Path) -> list[Path]:
    return [path for path in shown(folder) if path.is_dir() and path.name not in FOREIGN]


def _parts(folder: Path, folders: list[Path]) -> dict[str, Path]:
    """The folder of each part, of folders and no picture; none unless there is one to train on and another."""
    parts: dict[str, Path] = {}
    for path in folders:
        part = PARTS_CALLED.get(look(path.name))
        if part is None or pictures_in(path) or not any(map(Path.is_dir, shown(path))):
            continue
        if part in parts:
            raise DataError(f"{folder} must hold the {part} part once, found {parts[part].name} and {path.name}")
        parts[part] = path
    return parts if "train" in parts and len(parts) > 1 else {}


def _class_files(folder: Path, classes: list[Path]) -> Iterator[Path]:
    """What the folders of classes hold; those that hold nothing name no class."""
    contents = {path: shown(path) for path in classes}
    filled = [path.name for path, inside in contents.items() if inside]
    require_distinct(filter(is_text, filled), folder, "class")  # before they take one form
    for inside in contents.values():
        yield from inside


def _sample(folder: Path, path: Path, part: str | None) -> Sample:
    file, name = path.relative_to(folder).as_posix(), path.parent.name
    emotion = one_form(name) if is_text(name) else None  # then every file is rejected
    return Sample(id=one_form(file), file=file, emotion=emotion, split=part)
