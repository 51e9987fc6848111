"""Files that are whole or not there: atomic replacement, and hashes to tell whether one was altered."""

import hashlib
import os
import re
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import psutil

TEMPORARY = re.compile(r"\..+\.(\d{1,9})", re.ASCII)  # what becomes another file or folder, and whose process it is
SETTLED_S = 2.0  # within which two changes may bear the same time
NAME_BYTES = 255  # of the longest name that file systems take


def with_ending(name: str, ending: str) -> str:
    """The name and the ending, as one that is not too long: of a long name, a hash stands for what does not fit."""
    encoded, room = os.fsencode(name), NAME_BYTES - len(ending)
    if len(encoded) <= room:
        return f"{name}{ending}"
    digest = hashlib.sha256(encoded).hexdigest()[:8]
    return f"{encoded[: room - len(digest)].decode(errors='ignore')}{digest}{ending}"


@contextmanager
def replacing(path: Path, is_new: bool = False) -> Iterator[BinaryIO]:
    """A file to write that becomes ``path`` in one step at the end; when that fails, what was there is still there.

    Raises:
        FileExistsError: if ``is_new`` and there is a file by then.
    """
    temporary = path.with_name(with_ending(f".{path.name}", f".{threading.get_native_id()}.{os.getpid()}"))
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            _appear(temporary, path)
        else:
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _appear(temporary: Path, path: Path) -> None:
    """Give a whole file its name, in no other's place; in two steps where storage has no hard links."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        path.open("xb").close()
        temporary.replace(path)


@contextmanager
def draft_folder(parent: Path) -> Iterator[Path]:
    """A hidden folder to fill and rename; where it was not renamed it goes, and so do those of killed processes."""
    remove_leftovers(parent.glob(".draft-*"))
    draft = parent / f".draft-{threading.get_native_id()}.{os.getpid()}"
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def remove_leftovers(paths: Iterable[Path]) -> None:
    """Of hidden files and folders, remove what processes that were killed meanwhile were to rename."""
    for path in paths:
        name = TEMPORARY.fullmatch(path.name)
        if name is None or psutil.pid_exists(int(name[1])):
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes, is_new: bool = False) -> None:
    """Write ``path`` in one step, as ``replacing`` does."""
    with replacing(path, is_new) as file:
        file.write(content)


def has_settled(changed_ns: int) -> bool:
    """Whether a further change of a file or folder would bear another time; such times are coarse."""
    return time.time_ns() - changed_ns > SETTLED_S * 1e9


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sealed_files(folder: Path) -> list[str]:
    """Names of the files a manifest speaks for, relative to the run's folder, in order.

    The manifest itself is none of them, nor are hidden files, nor the log: the process may still say goodbye in it. Nor
    is the training's state, which goes once the run is sealed.
    """
    return sorted(name for name in _visible_files(folder) if name not in ("manifest.json", "log.txt", "resume.pt"))


def _visible_files(folder: str | Path, prefix: str = "") -> Iterator[str]:
    """Names of all files below a folder that are not hidden; without pathlib, for pages ask for them all the time."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _visible_files(entry.path, f"{prefix}{entry.name}/")
            elif entry.is_file():
                yield f"{prefix}{entry.name}"
