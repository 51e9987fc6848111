"""Files as the folder spells them: macOS decomposes letters, Windows writes backslashes, converters other endings."""

from pathlib import Path, PurePosixPath

from esr_core.data.names import look
from esr_core.data.picture_kinds import has_picture_ending

ByLook = dict[str, list[str]]


class NamesOnDisk:
    """Names by the folder that they are in: as they are where they exist, else the only one that looks the same.

    For a picture that is the only one of any ending. A folder is listed once, and only where a name is missing from it.
    """

    def __init__(self, root: Path) -> None:
        """Take names as paths below ``root``."""
        self.root = root
        self._listed: dict[Path, ByLook] = {}

    def __call__(self, file: str) -> str:
        """The path below the root of what is called ``file`` elsewhere; ``file`` itself where there is none."""
        if _exists(self.root / file):
            return file
        folder = self.root
        for part in PurePosixPath(file.replace("\\", "/")).parts:
            alike = [part] if _exists(folder / part) else self._alike(folder, part)
            if len(alike) != 1:
                return file
            folder /= alike[0]
        return folder.relative_to(self.root).as_posix() if folder.is_relative_to(self.root) else file

    def _alike(self, folder: Path, name: str) -> list[str]:
        """What a folder holds that looks like a name, or like it but for the ending of a picture."""
        if folder not in self._listed:
            self._listed[folder] = {}
            for entry in _entries(folder):
                for key in {look(entry.name), _without_ending(entry.name)}:
                    self._listed[folder].setdefault(key, []).append(entry.name)
        names = self._listed[folder]
        return names.get(look(name)) or names.get(_without_ending(name), [])


def _without_ending(name: str) -> str:
    """The look of a picture's name, its ending as a mark that no name holds; of others, of the whole name."""
    return f"{look(PurePosixPath(name).stem)}/picture" if has_picture_ending(name) else look(name)


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
