"""Arrays kept on disk so that an explanation is made once: safetensors as bytes, under names, never a pickle."""

import hashlib
import json
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from diskcache import Cache, Disk, Timeout
from diskcache.core import MODE_BINARY, MODE_RAW, UNKNOWN
from safetensors import SafetensorError
from safetensors.numpy import load, save

from esr_core.errors import cause
from esr_core.explanations.settings import AttributionSettings
from esr_core.folders import PathLike

FORMAT = 1  # to be raised when the same key would mean other numbers: an older entry is then never found
DATABASE = ("cache.db", "cache.db-wal", "cache.db-shm", "cache.db-journal")  # files that diskcache makes
VALUES = f"{'[0-9a-f]' * 2}/{'[0-9a-f]' * 2}/{'[0-9a-f]' * 28}.val"  # the same, of big values
LEFT_AFTER_S = 3600.0  # no writer takes so long from the file of a value to its key

Arrays = dict[str, np.ndarray]

logger = logging.getLogger(__name__)


class ArrayCache:
    """Named arrays by key, the oldest going first where room is short.

    It is only a cache: one that is damaged is thrown away, one that cannot be read or written is gone without, and
    either is said in the log.

    Args:
        folder: made when first needed; of a damaged cache its own files are removed, nothing beside them.
        size_limit_bytes: how much it may hold.
    """

    def __init__(self, folder: PathLike, size_limit_bytes: int) -> None:
        self.folder = Path(folder)
        self.size_limit_bytes = size_limit_bytes
        self._problem = ""
        self._cache: Cache | None = None  # kept open, which costs more than a look; safe to share between threads

    def get(self, key: str, make: Callable[[], Arrays]) -> Arrays:
        """What is kept under a key; where there is nothing, what ``make`` returns, which is then kept."""
        arrays = self.look_up(key)
        if arrays is None:
            arrays = make()
            content = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
            if self._ask(lambda cache: cache.set(key, content)):
                self._problem = ""
        return arrays

    def look_up(self, key: str) -> Arrays | None:
        """What is kept under a key; None where there is nothing."""
        content = self._ask(lambda cache: cache.get(key))
        try:
            return None if content is None else load(content)
        except SafetensorError as error:
            logger.warning("an explanation in %s is damaged and made again: %s", self.folder, error)
            return None

    def problem(self) -> str:
        """Why nothing is kept, in a sentence; empty where what is made is kept."""
        self._ask(len)
        return self._problem

    def remove_leftovers(self) -> None:
        """Remove files of values that no key has, an hour old: of processes that were killed while they wrote one."""
        self._ask(self._remove_without_key)

    def _remove_without_key(self, _cache: Cache) -> None:
        with closing(sqlite3.connect(self.folder / DATABASE[0])) as database:
            named = {self.folder / row[0] for row in database.execute("SELECT filename FROM Cache WHERE filename > ''")}
        for path in self.folder.glob(VALUES):
            if path not in named and time.time() - path.stat().st_mtime > LEFT_AFTER_S:
                path.unlink()

    def close(self) -> None:
        """Let go of the files; the next look opens them again."""
        if self._cache is not None:
            self._cache.close()
            self._cache = None

    def _ask(self, question: Callable[[Cache], Any]) -> Any:  # noqa: ANN401 - whatever the question returns
        """The answer; None where the cache has none to give."""
        try:
            self._cache = self._cache or self._opened()
            return question(self._cache)
        except (sqlite3.DatabaseError, NotBytesError) as error:
            if isinstance(error, sqlite3.DatabaseError) and not _is_damage(error):  # read-only, or the disk is full
                self._go_without(error)
                return None
            logger.warning("the cache %s is damaged and thrown away: %s", self.folder, error)
            self.close()
            self._remove()
        except (OSError, Timeout) as error:
            self._go_without(error)
        return None

    def _go_without(self, error: Exception) -> None:
        """Say in the log, once, why nothing is kept."""
        problem = f"the cache {self.folder} cannot be used: {cause(error)}"
        if problem != self._problem:
            logger.warning(problem)
        self._problem = problem

    def _remove(self) -> None:
        """Delete the files of a cache and nothing else that lies in its folder."""
        for path in [*(self.folder / name for name in DATABASE), *self.folder.glob(VALUES)]:
            with suppress(OSError):  # what cannot be removed stays a cache gone without
                path.unlink()

    def _opened(self) -> Cache:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        cache = Cache(str(self.folder), disk=BytesDisk, size_limit=self.size_limit_bytes)
        self._problem = ""
        return cache


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the database is torn or another one, not only out of reach for now."""
    damage = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in damage


class NotBytesError(Exception):
    """Something else than bytes under a name was to be put into the cache, or is said to be in it."""


class BytesDisk(Disk):
    """Keys are text, values are bytes, both stored as they are.

    diskcache's own class pickles every other value and unpickles whatever its database says is a pickle.
    """

    def put(self, key: Any) -> Any:  # noqa: ANN401 - as diskcache has it
        """The key as it is stored."""
        if type(key) is not str:
            raise NotBytesError(f"key must be str, got {type(key).__name__}")
        return super().put(key)

    def get(self, key: Any, raw: bool) -> Any:  # noqa: ANN401 - as diskcache has it
        """The key as it was given."""
        if not raw:
            raise NotBytesError("a key is stored as a pickle")
        return super().get(key, raw)

    def store(self, value: Any, read: bool, key: Any = UNKNOWN) -> Any:  # noqa: ANN401 - as diskcache has it
        """Where and how the value is stored."""
        if type(value) is not bytes:
            raise NotBytesError(f"value must be bytes, got {type(value).__name__}")
        return super().store(value, read, key=key)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:  # noqa: ANN401 - as diskcache has it
        """The value that was stored."""
        if mode not in {MODE_RAW, MODE_BINARY}:
            raise NotBytesError("a value is stored as something else than bytes")
        return super().fetch(mode, filename, value, read)


def explanation_key(checkpoint_sha256: str, picture: np.ndarray, settings: AttributionSettings | None) -> str:
    """A name for an answer that holds all that it depends on.

    Args:
        checkpoint_sha256: of the weights.
        picture: uint8 RGB (H, W, 3).
        settings: the question; None for all that ``explain`` gives.
    """
    question: Mapping[str, Any] = {} if settings is None else asdict(settings)
    seen = hashlib.sha256(f"{picture.dtype} {picture.shape} ".encode() + np.ascontiguousarray(picture).tobytes())
    return json.dumps([FORMAT, checkpoint_sha256, seen.hexdigest(), question], sort_keys=True)
