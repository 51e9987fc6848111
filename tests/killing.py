"""Processes that are killed in the middle of what they write."""

import os
import signal
import sys
from collections.abc import Callable, Iterator

STEPS = {"open", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "shutil.rmtree", "sqlite3.connect"}


def killed_at_every_step(act: Callable[[], object]) -> Iterator[int]:
    """Let an act be done by process after process, each killed one step later than the one before, and say where.

    The last one is not killed. A step is a file that is opened, named or removed; the process ends just before it.

    Args:
        act: may be done again after it was done in part; what it changes in memory is lost.
    """
    for number in range(1, 200):
        pid = os.fork()
        if pid == 0:
            _act_until(act, number)
        _, status = os.waitpid(pid, 0)
        yield number
        if not os.WIFSIGNALED(status):
            assert os.waitstatus_to_exitcode(status) == 0, f"it failed at step {number}"
            return
    raise AssertionError("it has more steps than anybody would wait for")


def _act_until(act: Callable[[], object], number: int) -> None:
    """Do it in a process of its own, which never returns."""
    left = [number]

    def count(event: str, _arguments: object) -> None:
        left[0] -= event in STEPS
        if event in STEPS and not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    exit_code = 1
    try:
        sys.addaudithook(count)
        act()
        exit_code = 0
    finally:
        left[0] = -1
        os._exit(exit_code)
