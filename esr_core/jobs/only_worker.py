"""One worker at a time on a folder of runs: the lock that sees to it, and a worker started where there is none."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from esr_core.errors import JobError
from esr_core.jobs import processes
from esr_core.locks import take_lock
from esr_core.run_store import RunStore

WITHIN_S = 0.1  # how long whoever wants a worker looks again whether there is one
STARTED_BEFORE_S = 2.0  # how long a worker tries to become the only one
LOCK_IS_HANDED_ON = "ESR_WORKER_HAS_LOCK"  # variable in the environment of a worker that has the lock from its start on


@contextmanager
def only_worker(store: RunStore) -> Iterator[None]:
    """Inside, no other worker is at work on these runs.

    Raises:
        JobError: if one is.
    """
    lock = _handed_on() or _taken_soon(store, STARTED_BEFORE_S)
    if lock is None:
        raise JobError(f"another worker is at work on {store.root}")
    try:
        yield
    finally:
        os.close(lock)


def ensure_worker(store: RunStore) -> None:
    """Start a worker in a process of its own, unless there is one; it ends after a minute without work.

    It is born with the lock: a process takes seconds to come up, and until then whoever asks would start another.

    Raises:
        JobError: if it cannot be started.
    """
    lock = _taken_soon(store, WITHIN_S)
    if lock is None:
        return
    root = str(store.root.resolve())
    arguments = ["jobs", "worker", "--runs", root, "--until-idle", "60"]
    try:
        processes.start(arguments, store.root / ".worker.log", {LOCK_IS_HANDED_ON: "1"}, handed_on=lock)
    finally:
        os.close(lock)  # ours alone: it is held until the worker's is closed as well


def _handed_on() -> int | None:
    """The lock that this process was born with, if it was; nothing that it starts has it."""
    if os.environ.pop(LOCK_IS_HANDED_ON, None) is None:
        return None
    os.set_inheritable(processes.HANDED_ON, False)
    return processes.HANDED_ON


def _taken_soon(store: RunStore, seconds: float) -> int | None:
    """The lock, which whoever only looks whether there is a worker holds for a moment; None where it stays held."""
    deadline = time.monotonic() + seconds
    try:
        store.root.mkdir(parents=True, exist_ok=True)
        while (lock := take_lock(store.root)) is None:
            if time.monotonic() > deadline:
                return None
            time.sleep(0.02)
    except OSError as error:
        raise JobError(f"no worker can be at work on {store.root}: {error.strerror}") from None
    return lock
