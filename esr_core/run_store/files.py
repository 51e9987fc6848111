"""Files that are whole or not there: atomic replacement, and hashes to tell whether one was altered."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import psutil

TEMPORARY = re.compile(r"\..+\.(\d{1,9})", re.ASCII)  # a file that becomes another, with the number of its process


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write that becomes ``path`` in one step at the end; when that fails, what was there is still there."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what processes that were killed within ``replacing`` left below a folder."""
    for path in folder.rglob(".*"):
        name = TEMPORARY.fullmatch(path.name)
        if name and not psutil.pid_exists(int(name[1])):
            path.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace ``path`` in one step; when that fails, what was there before is still there."""
    with replacing(path) as file:
        file.write(content)


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
