"""What state a run is in now: what its process last said, held against whether that process still lives and writes it.

Folders are copied, renamed and restored while they are written: a status speaks for the very folder that its process
writes. On the process's host the lock on that folder tells, which nobody holds on a copy; on another one the folder's
inode does and, where locks are not shared, the time of the last beat.
"""

import json
import socket
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json

from esr_core.config import validated
from esr_core.errors import DamagedRunError, cause
from esr_core.locks import is_locked
from esr_core.records import RunStatus
from esr_core.run_store.files import write_atomically
from esr_core.run_store.process_identity import is_alive
from esr_core.run_store.run_lock import last_beat

REMOTE_SILENCE_S = 120.0  # a process on another host whose last beat is as far from now counts as gone
YEAR_10000 = 253_402_300_800  # in seconds since 1970, which no calendar shows
_STATUS = TypeAdapter(RunStatus)
EARLIER = {"test_accuracy": "accuracy", "test_accuracy_interval": "accuracy_interval"}


def write_status(folder: Path, status: RunStatus) -> None:
    """Replace a run's status.json."""
    write_atomically(folder / "status.json", json.dumps(asdict(status), indent=2).encode())


def read_status(folder: Path, now: float | None = None) -> RunStatus:
    """A run's state as it is now.

    Args:
        folder: of the run.
        now: seconds since the epoch; None takes the clock.

    Raises:
        DamagedRunError: if status.json is missing or cannot be read.
    """
    path = folder / "status.json"
    try:
        status = status_of(from_json(path.read_bytes()))
    except FileNotFoundError:
        raise DamagedRunError(f"{folder.name} has no status.json") from None
    except (OSError, ValueError, TypeError) as error:
        raise DamagedRunError(f"{folder.name}/status.json cannot be read: {cause(error)}") from None
    if status.state == "finished" and not (folder / "manifest.json").exists():
        status = replace(status, state="running")  # it is only being sealed, or was killed meanwhile
    return _as_of_now(status, folder, time.time() if now is None else now)


def status_of(values: dict[str, Any]) -> RunStatus:
    """The status that plain values of JSON stand for, of an older version too.

    Raises:
        TypeError, ValueError: if they are none.
    """
    values = _of_this_version(values)
    for name in ("updated", "created"):
        if (moment := values.get(name)) is not None and not 0 <= moment < YEAR_10000:
            raise ValueError(f"{name} must be seconds since 1970, found {moment}")
    return validated(_STATUS, values, "status")


def _of_this_version(values: dict[str, Any]) -> dict[str, Any]:
    """A status as it is written now: earlier versions had a field for each result."""
    values = {"results": {}} | values
    earlier = {new: values.pop(old, None) for old, new in EARLIER.items()}
    rmse = values.pop("test_affect_rmse", None)
    earlier |= dict(zip(("valence_rmse", "arousal_rmse"), rmse or (None, None), strict=True))
    return values | {"results": {key: value for key, value in earlier.items() if value is not None} | values["results"]}


def _as_of_now(status: RunStatus, folder: Path, now: float) -> RunStatus:
    if status.state not in ("queued", "running"):
        return status
    if status.run_id not in ("", folder.name):
        return replace(status, state="interrupted", message=f"it is a copy of run {status.run_id}, or was renamed")
    if status.state == "queued":
        return status
    if status.host == socket.gethostname():
        lives = is_alive(status.pid, status.process_started) and is_locked(folder) is not False
    else:
        lives = _lives_elsewhere(status, folder, now)
    return status if lives else replace(status, state="interrupted", message="its process is gone")


def _lives_elsewhere(status: RunStatus, folder: Path, now: float) -> bool:
    """Whether a process of another host writes the folder; a beat in the future is no sign of life."""
    if status.inode not in (None, folder.stat().st_ino):
        return False
    beat = last_beat(folder) or status.updated
    return is_locked(folder) is True or abs(now - beat) <= REMOTE_SILENCE_S
