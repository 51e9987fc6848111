"""Logits of stored runs on other prepared sets: beside the runs, because a complete run is never modified.

::

    <runs>/.cross-set/<run_id>/v1-<sha256 of the checkpoint>-<fingerprint of the set>-<part>.parquet

It is only a cache: a file that is damaged is computed again, one that cannot be written is done without.
"""

import logging
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from esr_core.errors import DataError
from esr_core.folders import PathLike
from esr_core.metrics import Predictions
from esr_core.run_store.files import remove_leftovers, write_atomically

FORMAT = 1  # to be raised when the same key would mean other logits: an older file is then never read
FOLDER = ".cross-set"  # hidden: not a run
SHA256 = re.compile(r"[0-9a-f]{64}")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CrossSetKey:
    """Everything that the logits depend on."""

    run_id: str
    checkpoint_sha256: str
    fingerprint: str  # of the prepared set
    part: str  # of its pictures

    def __post_init__(self) -> None:
        if not SHA256.fullmatch(self.fingerprint):  # a card may come from anywhere, and this names a file
            raise DataError(f"fingerprint of a prepared set must be a sha256, got {self.fingerprint!r}")

    def file(self, root: PathLike) -> Path:
        """Where they are stored below the runs' folder."""
        name = f"v{FORMAT}-{self.checkpoint_sha256}-{self.fingerprint}-{self.part}.parquet"
        return Path(root) / FOLDER / self.run_id / name


def read_cross_set(root: PathLike, key: CrossSetKey) -> Predictions | None:
    """The stored logits, with labels of -1; None where there are none."""
    path = key.file(root)
    try:
        return Predictions.from_table(pd.read_parquet(path))
    except FileNotFoundError:
        return None
    except Exception as error:  # of damage, pyarrow raises nearly anything
        logger.warning("%s is damaged and computed again: %s", path, error)
        return None


def write_cross_set(root: PathLike, key: CrossSetKey, predictions: Predictions) -> None:
    """Store logits; where the folder cannot be written, only a warning in the log."""
    path = key.file(root)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path.parent.glob(".*"))
        write_atomically(path, predictions.to_table().to_parquet(index=False))
    except OSError as error:
        logger.warning("predictions cannot be stored in %s: %s", path.parent, error.strerror)


def delete_cross_sets(root: Path, run_id: str) -> None:
    """Remove everything stored of one run."""
    shutil.rmtree(root / FOLDER / run_id, ignore_errors=True)
