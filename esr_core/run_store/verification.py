"""Whether a run that came with the project is as it was shipped: hashed once, and again when a file's stamp changes."""

import os
from functools import lru_cache
from pathlib import Path

from esr_core.errors import DamagedRunError
from esr_core.records import SHIPPED
from esr_core.run_store import manifest
from esr_core.run_store.files import sealed_files

Stamps = tuple[tuple[str, int, int, int], ...]  # name, size, times of the last change of content and of anything
REMEMBERED = 64  # shipped runs, of all stores of a process


def require_sound(folder: Path) -> None:
    """Look at a run's manifest, and, where the run came with the project, hold all files against it.

    A run that is not complete has no manifest and is not held against any.

    Raises:
        DamagedRunError: if the manifest cannot be read, or a shipped run has missing or altered files; it names them.
    """
    hashes = manifest.read(folder)
    if hashes is None or not folder.name.startswith(SHIPPED):
        return
    if faults := _faults(folder.resolve(), _stamps(folder)):
        raise DamagedRunError(
            f"{folder.name} is not as it was shipped: {'; '.join(faults)}; `git checkout -- {folder}` brings it back"
        )


@lru_cache(maxsize=REMEMBERED)
def _faults(folder: Path, stamps: Stamps) -> tuple[str, ...]:  # noqa: ARG001 - other stamps are other files
    return tuple(manifest.faults(folder))


def _stamps(folder: Path) -> Stamps:
    """What changes when a file does; without reading any."""
    stats = ((name, os.stat(f"{folder}/{name}")) for name in ("manifest.json", *sealed_files(folder)))  # noqa: PTH116 - much faster
    return tuple((name, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for name, stat in stats)
