"""The manifest: hashes of all files of a complete run, written last; its presence means complete."""

import json
from pathlib import Path

from pydantic_core import from_json

from esr_core.errors import DamagedRunError, cause
from esr_core.run_store.files import sealed_files, sha256, write_atomically

SCHEMA_VERSION = 1


def write(folder: Path) -> None:
    """Seal a run as it is now."""
    hashes = {name: sha256(folder / name) for name in sealed_files(folder)}
    content = json.dumps({"schema_version": SCHEMA_VERSION, "sha256": hashes}, indent=2)
    write_atomically(folder / "manifest.json", content.encode())


def read(folder: Path) -> dict[str, str] | None:
    """SHA-256 by file name; None for a run that is not complete.

    Raises:
        DamagedRunError: if the manifest cannot be read or is of another version.
    """
    try:
        values = from_json((folder / "manifest.json").read_bytes())
        version, hashes = values["schema_version"], dict(values["sha256"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedRunError(f"{folder.name}/manifest.json cannot be read: {cause(error)}") from None
    if version != SCHEMA_VERSION:
        raise DamagedRunError(f"{folder.name} has schema_version {version}, expected {SCHEMA_VERSION}")
    return hashes


def require_unaltered(folder: Path, name: str) -> str:
    """The SHA-256 of a run's file; raises DamagedRunError if, in a complete run, it is no longer what was stored."""
    expected = (read(folder) or {}).get(name)
    found = sha256(folder / name)
    if expected and found != expected:
        raise DamagedRunError(
            f"{folder.name}/{name} was altered: its sha256 is {found[:12]}, the manifest says {expected[:12]}"
        )
    return found


def faults(folder: Path) -> list[str]:
    """What is wrong with a run's files; empty when nothing is."""
    try:
        hashes = read(folder)
    except DamagedRunError as error:
        return [str(error)]
    if hashes is None:
        return ["it has no manifest, so it is not complete"]
    present = sealed_files(folder)
    missing = [f"{name} is missing" for name in hashes if name not in present]
    altered = [f"{name} was altered" for name in present if name in hashes and sha256(folder / name) != hashes[name]]
    return missing + altered
