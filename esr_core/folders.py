"""What names a file or folder, and where runs and prepared sets are kept unless an option names another place.

One rule for options, variables and what is stored: ``~`` means home, and a relative path the folder it was typed in.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from esr_core.errors import ConfigError

WEB_ADDRESS = re.compile(r"(https?|ftp):/", re.IGNORECASE)  # a Path leaves one of its slashes
PathLike = str | os.PathLike[str]
"""What every public function takes for a file or folder, and makes a ``Path`` of at its entry."""


def expanded(path: PathLike) -> Path:
    """The path with the home folder that ``~`` or ``~user`` begins it with; a folder of such a name is ``./~name``.

    Raises:
        ConfigError: if there is no such user, if it is empty, or a web address.
    """
    if not str(path):
        raise ConfigError("the name of a file or folder must not be empty: is a variable in it not set?")
    if WEB_ADDRESS.match(str(path)):
        raise ConfigError(f"{path} is a web address: download what is there and name the file or folder")
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise ConfigError(f"{path} begins with a home folder that is not known: expected ~ or ~ and a user") from None


def absolute(path: PathLike) -> Path:
    """The path as it means the same in any working folder; links stay links.

    Raises:
        ConfigError: if it begins with the home of a user that there is not.
    """
    return expanded(path).absolute()


def runs_root() -> Path:
    """Folder of stored runs: ``ESR_RUNS``, else ``runs`` in the working folder."""
    return expanded(os.environ.get("ESR_RUNS") or "runs")


def prepared_root() -> Path:
    """Folder of prepared sets: ``ESR_PREPARED``, else ``prepared`` in the working folder."""
    return expanded(os.environ.get("ESR_PREPARED") or "prepared")


def by_age(folder: Path) -> list[tuple[Path, os.stat_result]]:
    """What a folder holds with its status, changed last first; what another process removes meanwhile is left out."""
    entries = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            entries.append((path, path.stat()))
    return sorted(entries, key=lambda entry: entry[1].st_mtime, reverse=True)
