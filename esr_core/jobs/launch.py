"""Trainings as processes of their own: they go on when the page, or the app, is closed."""

import os
import signal
import sys
from pathlib import Path

from esr_core.config import TrainingConfig
from esr_core.errors import JobError
from esr_core.jobs.demonstration import demonstration_config
from esr_core.run_store import RunStore, is_alive

SOURCE_ROOT = Path(__file__).parents[2]  # the folder esr_core is imported from


def launch(store: RunStore, config: TrainingConfig) -> str:
    """Store a queued run and start a process that trains it.

    Returns:
        The run's id; whoever asks the store sees how it goes on.

    Raises:
        RunError: if the run cannot be stored.
        JobError: if the process cannot be started.
    """
    run_id = store.create(config).run_id
    _start(store, run_id, [])
    return run_id


def launch_demonstration(store: RunStore, prepared_root: Path) -> str:
    """Like ``launch``, for a small run on built-in faces; the process draws them first where they are missing."""
    run_id = store.create(demonstration_config(prepared_root)).run_id
    _start(store, run_id, ["--demo", "--prepared", str(prepared_root.resolve())])
    return run_id


def stop(store: RunStore, run_id: str) -> None:
    """Ask a running training to end in good order after the epoch it is in.

    Raises:
        JobError: if it does not run on this machine.
    """
    status = store.info(run_id).status
    if status.state != "running" or status.pid is None or not is_alive(status.pid, status.process_started):
        raise JobError(f"run {run_id} cannot be stopped: it is {status.state}")
    os.kill(status.pid, signal.SIGTERM)


def _start(store: RunStore, run_id: str, options: list[str]) -> None:
    """Start the worker in a session of its own, with nothing of ours open but the log."""
    command = [sys.executable, "-m", "esr_core", "train", "--queued", run_id, "--runs", str(store.root.resolve())]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(SOURCE_ROOT), os.environ.get("PYTHONPATH", "")])}
    log = str(store.folder(run_id) / "log.txt")
    outlets: list[tuple] = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    try:  # not subprocess.Popen: nobody here waits for the process, and it outlives us
        os.posix_spawn(sys.executable, command + options, environment, file_actions=outlets, setsid=True)
    except OSError as error:
        store.writer(run_id).fail(f"its process could not be started: {error}")
        raise JobError(f"run {run_id} could not be started: {error}") from None
