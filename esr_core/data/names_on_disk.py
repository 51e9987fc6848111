"""Files that a table names, as the folder spells them: macOS decomposes letters, Windows writes backslashes."""

from pathlib import Path, PurePosixPath

from esr_core.data.names import look

ByLook = dict[str, list[str]]


class NamesOnDisk:
    """Names of a table by the folder that they are in: as they are where they exist, else the only one that looks so.

    A folder is listed once, and only where a name is missing from it.
    """

    def __init__(self, root: Path) -> None:
        """Take names as paths below ``root``."""
        self.root = root
        self._listed: dict[Path, ByLook] = {}

    def __call__(self, file: str) -> str:
        """The path below the root of what a table calls ``file``; ``file`` itself where there is no such thing."""
        if _exists(self.root / file):
            return file
        folder = self.root
        for part in PurePosixPath(file.replace("\\", "/")).parts:
            alike = [part] if _exists(folder / part) else self._names(folder).get(look(part), [])
            if len(alike) != 1:
                return file
            folder /= alike[0]
        return folder.relative_to(self.root).as_posix() if folder.is_relative_to(self.root) else file

    def _names(self, folder: Path) -> ByLook:
        """What a folder holds, by its look."""
        if folder not in self._listed:
            self._listed[folder] = {}
            for path in _entries(folder):
                self._listed[folder].setdefault(look(path.name), []).append(path.name)
        return self._listed[folder]


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []  # no folder, or not readable: reading the file will say so


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False  # too long, or with a null character: reading the file will say so
