"""Making the folder of a new run: it appears under its name as a whole, in one step."""

import errno
from pathlib import Path

from esr_core.config import TrainingConfig
from esr_core.errors import RunError
from esr_core.records import RunStatus
from esr_core.run_store.files import draft_folder, write_atomically
from esr_core.run_store.naming import RULE, RUN_ID, new_run_id
from esr_core.run_store.status import write_status

IS_TAKEN = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)  # by a folder that is not empty, or by a file


def create_folder(root: Path, config: TrainingConfig, run_id: str | None, now: float) -> Path:
    """The folder of a new run that waits; a process that is killed meanwhile leaves none that is listed.

    Args:
        root: folder of the store; made where there is none.
        config: what will be trained.
        run_id: its name; None makes one from the time and the settings.
        now: seconds since the epoch.

    Raises:
        RunError: if the name is taken, or not usable as one.
        OSError: if nothing can be written there.
    """
    if run_id is not None and not RUN_ID.fullmatch(run_id):
        raise RunError(f"run id must be {RULE}, got {run_id!r}")
    root.mkdir(parents=True, exist_ok=True)
    with draft_folder(root) as draft:
        write_atomically(draft / "config.json", config.to_json().encode())
        while True:  # of some hundred runs a minute, two would draw the same name
            folder = root / (run_id or new_run_id(config, now))
            write_status(draft, RunStatus(state="queued", updated=now, run_id=folder.name, created=now))
            if _is_renamed(draft, folder):
                return folder
            if run_id is not None:
                raise RunError(f"run {run_id} exists already in {root}")


def _is_renamed(draft: Path, folder: Path) -> bool:
    """Give a draft its name; False where that is taken, perhaps by another process just now."""
    if folder.exists():
        return False
    try:
        draft.rename(folder)
    except OSError as error:
        if error.errno in IS_TAKEN:
            return False
        raise
    return True
