"""Processes that train or work on the queue: started on their own, found again, and ended with their children."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from esr_core.errors import JobError, cause

HANDED_ON = 3  # the first descriptor after standard input, output and error
SOURCE_ROOT = Path(__file__).parents[2]  # the folder esr_core is imported from


def start(
    arguments: Sequence[str], log: Path, variables: Mapping[str, str] | None = None, handed_on: int | None = None
) -> psutil.Process:
    """Start ``python -m esr_core`` in a session of its own, with nothing of ours open but the log.

    It goes on when the process that started it ends.

    Args:
        arguments: of the command line; they reach the process as a list, never through a shell.
        log: what it prints is added to this file.
        variables: of its environment, beside ours.
        handed_on: a file descriptor of ours that it has as well, as HANDED_ON.

    Raises:
        JobError: if it cannot be started.
    """
    path = os.pathsep.join(filter(None, [str(SOURCE_ROOT), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {"PYTHONPATH": path} | dict(variables or {})
    outlets: list[tuple] = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    if handed_on is not None:
        outlets.append((os.POSIX_SPAWN_DUP2, handed_on, HANDED_ON))
    command = [sys.executable, "-m", "esr_core", *arguments]
    try:  # not subprocess.Popen: nobody here waits for the process, and it outlives us
        pid = os.posix_spawn(sys.executable, command, environment, file_actions=outlets, setsid=True)
        return psutil.Process(pid)
    except (OSError, psutil.NoSuchProcess) as error:
        raise JobError(f"a process could not be started: {cause(error)}") from None


def find(arguments: Sequence[str]) -> psutil.Process | None:
    """A process of this user whose command line ends in these arguments."""
    return next((process for process in psutil.process_iter() if has_arguments(process.pid, arguments)), None)


def has_arguments(pid: int, arguments: Sequence[str]) -> bool:
    """Whether a process runs whose command line ends in these arguments."""
    wanted = list(arguments)
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        process = psutil.Process(pid)
        return process.cmdline()[-len(wanted) :] == wanted and process.status() != psutil.STATUS_ZOMBIE
    return False


def ask_to_end(pid: int) -> None:
    """SIGTERM: a training stores where it stands and ends in good order, also one that was suspended by Ctrl-Z.

    Raises:
        JobError: if it is another user's.
    """
    with _as_its_user(pid), suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGCONT)


def end_at_once(pid: int) -> None:
    """SIGKILL to the process and everything it started: it leads a group of its own.

    Raises:
        JobError: if it is another user's.
    """
    children = _children(pid)
    with _as_its_user(pid), suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    for child in children:  # those that left the group
        with suppress(psutil.NoSuchProcess):
            child.kill()


def reap(children: set[int]) -> None:
    """Take leave of children that have ended, so that none stays as a zombie; they are taken out of the set."""
    for pid in list(children):
        try:
            ended, _ = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            ended = pid
        if ended:
            children.discard(pid)


@contextmanager
def _as_its_user(pid: int) -> Iterator[None]:
    try:
        yield
    except PermissionError:
        raise JobError(f"process {pid} cannot be stopped: it is another user's") from None


def _children(pid: int) -> Sequence[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
