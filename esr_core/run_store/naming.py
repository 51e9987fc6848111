"""What runs are called."""

import os
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePath

from esr_core.config import TrainingConfig
from esr_core.data.names import printable

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
"""A run's name is its folder's: nothing in it can lead out of the runs folder."""

RULE = "letters, digits and . _ + -, at most 100, the first a letter or digit"


def new_run_id(config: TrainingConfig, now: float) -> str:
    """A readable name, for instance 20261123-1412-lab-level3-frozen-7f3a."""
    moment = datetime.fromtimestamp(now).astimezone().strftime("%Y%m%d-%H%M")
    network = config.network
    what = f"{network.architecture}-level{network.branching_level}-{config.strategy}"
    return f"{moment}-{what}-{secrets.token_hex(2)}"


def run_names(root: Path) -> Iterator[str]:
    """The folders below ``root`` that are called like a run, or hold one under a name that no run can have.

    None where there is no ``root``; raises OSError where it is no folder.
    """
    try:
        entries = os.scandir(root)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            if entry.is_dir() and (RUN_ID.fullmatch(entry.name) or misnamed(root, entry.name)):
                yield entry.name


def is_folder_of_run(root: Path, run_id: str) -> bool:
    """Whether there is a folder of a name that a run can have, spelled like that.

    Where storage takes ``run1`` for ``Run1``, the one is not the other: it would be read as a copy that is over.
    """
    if not RUN_ID.fullmatch(run_id) or not (root / run_id).is_dir():
        return False
    other_case = run_id.swapcase()
    return other_case == run_id or not (root / other_case).is_dir() or root / run_id in root.iterdir()


def misnamed(root: Path, name: str) -> str | None:
    """Why the run in a folder of ``root`` cannot be used under the folder's name; None if it can, or there is none."""
    is_elsewhere = name.startswith(".") or "/" in name or "\0" in name
    if is_elsewhere or RUN_ID.fullmatch(name) or not _holds_run(root / name):
        return None
    return f"{printable(name)!r} must have a name of {RULE}: rename the folder"


def absence(root: Path, run_id: str) -> str:
    """That there is no such run; of the path of one, as a shell completes it, or in other case, what it is called."""
    name = PurePath(run_id).name.casefold()
    usable = filter(RUN_ID.fullmatch, run_names(root) if root.is_dir() else ())
    meant = next((f": name it {each}" for each in usable if each.casefold() == name), "")
    return misnamed(root, run_id) or f"there is no run {run_id!r} in {root}{meant}"


def _holds_run(folder: Path) -> bool:
    try:
        return (folder / "config.json").is_file()
    except OSError:
        return False  # a name longer than any folder's
