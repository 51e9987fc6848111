"""Finding a data set's files where its owners put them, and one sentence with what was found where they are not."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from esr_core.data.names_on_disk import NamesOnDisk
from esr_core.data.picture_kinds import is_picture
from esr_core.errors import DataError

SHOWN = 5  # names in a message
ARCHIVES = (".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")
P = ParamSpec("P")
T = TypeVar("T")


def names_unreadable(reader: Callable[P, T]) -> Callable[P, T]:
    """Make an adapter name the file or folder the operating system does not let it read, as a DataError."""

    @wraps(reader)
    def named(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return reader(*args, **kwargs)
        except OSError as error:
            raise DataError(f"{error.filename or 'the data set'} cannot be read: {error.strerror}") from error

    return named


def find_in(root: Path, names: Sequence[str], what: str) -> Path:
    """The first of several paths below a folder that exists.

    Args:
        root: the data set's folder.
        names: paths below it, as the owners' archives unpack.
        what: what they hold, for the message.

    Raises:
        DataError: if none exists, and it says what was looked for and the closest thing found; if it is a link that
            leads out of the folder.
    """
    found = find_optional(root, names)
    if found is None:
        raise DataError(f"{root} must hold {' or '.join(names)}, {what}; {closest(root, names)}")
    return found


def find_optional(root: Path, names: Sequence[str]) -> Path | None:
    """As :func:`find_in`, but None if none exists; upper and lower case are the same where it is not there exactly."""
    on_disk = NamesOnDisk(root)
    found = next((path for path in (root / on_disk(name) for name in names) if path.exists()), None)
    if found is not None and not found.resolve().is_relative_to(root.resolve()):
        raise DataError(f"{found} leads out of the data set's folder: expected to find it inside, not a link")
    return found


def closest(root: Path, names: Sequence[str]) -> str:
    """What a folder holds instead: the entry with the most similar name, or the first few."""
    if not root.is_dir():
        return _instead_of_folder(root)
    entries = shown(root)
    if not entries:
        return "found an empty folder"
    inside = [f"{path.name}/{name}" for path in entries if path.is_dir() for name in names if (path / name).exists()]
    if inside:
        return f"the closest thing found is {inside[0]}: give the folder {inside[0].split('/')[0]} in it instead"
    plain = {path.name.lower(): path.name for path in entries}
    parts = sorted({part.lower() for name in names for part in Path(name).parts})
    if alike := [close for part in parts for close in get_close_matches(part, plain, n=1)]:
        return f"the closest thing found is {plain[alike[0]]}"
    listed = ", ".join(path.name for path in entries[:SHOWN])
    return f"found {listed}{' and more' if len(entries) > SHOWN else ''}"


def _instead_of_folder(root: Path) -> str:
    if not root.exists():
        return "found no folder there"
    is_packed = root.suffix.lower() in ARCHIVES
    return (
        "found an archive, not a folder: unpack it and give the folder" if is_packed else "found a file, not a folder"
    )


def shown(folder: Path) -> list[Path]:
    """Entries of a folder in order, without hidden ones: those are other programs' (.DS_Store, .ipynb_checkpoints)."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder in order, without hidden ones and those of folders inside it."""
    return [path for path in shown(folder) if is_picture(path)]
