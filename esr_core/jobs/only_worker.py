"""One worker at a time on a folder of runs: the lock that sees to it, and a worker started where there is none."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from esr_core.errors import JobError
from esr_core.jobs import processes
from esr_core.locks import take_lock
from esr_core.run_store import RunStore

STARTED_BEFORE_S = 2.0  # how long a worker tries to become the only one


@contextmanager
def only_worker(store: RunStore) -> Iterator[None]:
    """Inside, no other worker is at work on these runs.

    Raises:
        JobError: if one is.
    """
    store.root.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + STARTED_BEFORE_S
    while (lock := take_lock(store.root)) is None:  # perhaps someone only looks whether there is a worker
        if time.monotonic() > deadline:
            raise JobError(f"another worker is at work on {store.root}")
        time.sleep(0.05)
    try:
        yield
    finally:
        os.close(lock)


def ensure_worker(store: RunStore) -> None:
    """Start a worker in a process of its own, unless there is one; it ends after a minute without work.

    Raises:
        JobError: if it cannot be started.
    """
    store.root.mkdir(parents=True, exist_ok=True)
    lock = take_lock(store.root)
    if lock is None:
        return
    os.close(lock)
    root = str(store.root.resolve())
    processes.start(["jobs", "worker", "--runs", root, "--until-idle", "60"], store.root / ".worker.log")
