"""Files that a command writes for its user: whole or not there, and in no other file's place without ``--force``."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from esr_core.errors import ConfigError
from esr_core.run_store.files import write_atomically


def add_force(parser: argparse.ArgumentParser) -> None:
    """Add ``--force``."""
    parser.add_argument("--force", action="store_true", help="replace files that exist already")


def require_free(option: str, paths: Iterable[Path], force: bool, makes_folder: bool = False) -> None:
    """Check that files can be written and none is replaced, before what takes long; a pipe or a device is written to.

    Args:
        option: that named the files or their folder, for the sentence.
        paths: of the files to be written.
        force: whether ``--force`` is given.
        makes_folder: whether the command makes the folder they are in.

    Raises:
        ConfigError: if one of them exists, or its folder does not.
    """
    for path in paths:
        if not makes_folder and not path.parent.is_dir():
            raise ConfigError(f"{option} {path} cannot be written: there is no folder {path.parent}")
        if not force and _is_taken(path):
            raise _exists(option, path)


def make_folder(option: str, folder: Path) -> None:
    """Make a folder to write into, where there is none yet; raises ConfigError if it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise ConfigError(f"{option} must be a folder, but {folder} is a file") from None
    except OSError as error:
        raise ConfigError(f"{option} {folder} cannot be made: {error.strerror}") from None


def write_output(option: str, path: Path, content: bytes, force: bool) -> None:
    """Write a file, in a folder that exists; when that fails, none is left, or the one that was there before.

    Raises:
        ConfigError: if it exists and is not to be replaced, or cannot be written.
    """
    try:
        if path.exists() and not _is_taken(path):
            path.write_bytes(content)
        else:
            write_atomically(path.resolve() if force else path, content, is_new=not force)  # a link stays one
    except FileExistsError:
        raise _exists(option, path) from None
    except OSError as error:
        raise ConfigError(f"{option} {path} cannot be written: {error.strerror}") from None


def _is_taken(path: Path) -> bool:
    """Whether there is a file, or a link to nowhere, that writing would replace."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def _exists(option: str, path: Path) -> ConfigError:
    return ConfigError(f"{option} {path} exists already: name another place, or give --force to replace it")
