"""Requests to stop, as the processes of a training hear and agree on them."""

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from esr_core.training import ALONE, Team

END_WITHIN_S = 7.0  # of a request to stop, however long an epoch is; after ten the worker loses its patience


class StopRequestedError(Exception):
    """A process of the training was asked to end: all do, in good order."""


class StopRequest:
    """When this process was asked to stop, if it was; every process of a team asks the others at the same moments."""

    def __init__(self, team: Team = ALONE) -> None:
        self.since = math.inf  # by the monotonic clock
        self._team = team

    def is_made(self) -> bool:
        """Whether the training is to end after this epoch."""
        return self._team.any(self.since < math.inf)

    def is_urgent(self) -> bool:
        """Whether it is to end within this epoch: what was learned since the last stored state is lost."""
        return self._team.any(time.monotonic() - self.since > END_WITHIN_S)


@contextmanager
def stop_requests(team: Team = ALONE) -> Iterator[StopRequest]:
    """What SIGTERM asks for; the handlers of before are put back. Only the main thread hears signals.

    In a team Ctrl-C asks for the same: an exception in one process would leave the others in the middle of a step.
    """
    stop = StopRequest(team)
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def request(_signal: int, _frame: FrameType | None) -> None:
        stop.since = min(stop.since, time.monotonic())

    heard = (signal.SIGTERM,) if team.size == 1 else (signal.SIGTERM, signal.SIGINT)
    previous = {number: signal.signal(number, request) for number in heard}
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
