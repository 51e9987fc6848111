"""What names a file or folder, and where runs and prepared sets are kept unless an option names another place."""

import os
from pathlib import Path

PathLike = str | os.PathLike[str]
"""What every public function takes for a file or folder, and makes a ``Path`` of at its entry."""


def runs_root() -> Path:
    """Folder of stored runs: ``ESR_RUNS``, else ``runs`` in the working folder."""
    return Path(os.environ.get("ESR_RUNS") or "runs")


def prepared_root() -> Path:
    """Folder of prepared sets: ``ESR_PREPARED``, else ``prepared`` in the working folder."""
    return Path(os.environ.get("ESR_PREPARED") or "prepared")
