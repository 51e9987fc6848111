"""Where things are kept, and who may change that; read from the environment when asked, for tests."""

import os
from pathlib import Path

from esr_core.errors import ConfigError
from esr_core.folders import expanded, prepared_root, runs_root

__all__ = [
    "CACHE_LIMIT_BYTES",
    "UPLOADS_WAY_OUT",
    "cache_root",
    "is_viewer",
    "prepared_root",
    "runs_root",
    "trainers",
    "uploads_root",
]

UPLOADS_WAY_OUT = "ESR_UPLOADS names another folder"
NO = ("", "0", "false", "no", "off")
CACHE_LIMIT_BYTES = 1_000_000_000  # of explanations: some thousand faces at the finest


def names_runs() -> bool:
    """Whether ``ESR_RUNS`` says where runs are."""
    return bool(os.environ.get("ESR_RUNS"))


def uploads_root() -> Path:
    """Folder of uploaded photographs: ``ESR_UPLOADS``, else in the user's cache folder."""
    return expanded(os.environ.get("ESR_UPLOADS") or _user_cache() / "uploads")


def cache_root() -> Path:
    """Folder of what can be computed again, explanations of faces: ``ESR_CACHE``, else in the user's cache folder."""
    return expanded(os.environ.get("ESR_CACHE") or _user_cache())


def is_viewer() -> bool:
    """Whether nobody may launch, stop or delete: ``ESR_VIEWER`` is set, and not to a word for no."""
    return os.environ.get("ESR_VIEWER", "").strip().casefold() not in NO


def trainers() -> frozenset[str]:
    """Addresses of those who alone may, in ``ESR_TRAINERS`` with commas between; none lets everyone."""
    addresses = (each.strip().casefold() for each in os.environ.get("ESR_TRAINERS", "").split(","))
    return frozenset(filter(None, addresses))


def _user_cache() -> Path:
    try:
        return expanded(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "esr-lab"
    except ConfigError:
        way_out = "set HOME, or ESR_UPLOADS and ESR_CACHE"
        raise ConfigError(f"this user has no home folder to keep uploads and explanations in: {way_out}") from None
