"""Where Streamlit looks for secrets, which hold how users sign in: files that this user can reach."""

import logging
from pathlib import Path

from streamlit import config

FILES = "secrets.files"  # Streamlit's option
logger = logging.getLogger(__name__)


def leave_out_unreadable_secrets() -> None:
    """Leave out files below a home folder that is another user's, or none: Streamlit would fail at every request."""
    files = config.get_option(FILES)
    readable = [file for file in files if _can_be_read(Path(file))]
    for file in files:
        if file not in readable:
            logger.warning("%s cannot be read and is left out", file)
    config.set_option(FILES, readable)


def _can_be_read(path: Path) -> bool:
    """Whether Streamlit would find it, or nothing there; a folder of secrets is looked into by Streamlit."""
    try:
        with path.open("rb"):
            return True
    except (FileNotFoundError, IsADirectoryError):
        return True
    except OSError:
        return False
