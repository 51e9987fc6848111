"""Where the app's runs, prepared sets and uploads are kept; read when asked, so that tests can move them."""

import os
from pathlib import Path


def runs_root() -> Path:
    """Folder of stored runs: ``ESR_RUNS``, else ``runs`` in the working folder."""
    return Path(os.environ.get("ESR_RUNS", "runs"))


def prepared_root() -> Path:
    """Folder of prepared sets: ``ESR_PREPARED``, else ``prepared`` in the working folder."""
    return Path(os.environ.get("ESR_PREPARED", "prepared"))


def uploads_root() -> Path:
    """Folder of uploaded photographs: ``ESR_UPLOADS``, else in the user's cache folder."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("ESR_UPLOADS", Path(caches) / "esr-lab" / "uploads"))
