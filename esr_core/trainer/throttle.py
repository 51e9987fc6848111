"""What is to happen now and then, but not at every step."""

import time
from collections.abc import Callable


class Throttle:
    """Says when something is due that happens at most once in so many seconds.

    Args:
        every_s: seconds between two times, and before the first.
        clock: seconds from any moment on.
    """

    def __init__(self, every_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.every_s, self.clock = every_s, clock
        self.restart()

    def is_due(self) -> bool:
        """Whether so many seconds have passed since the last ``restart``."""
        return self.clock() - self._since >= self.every_s

    def restart(self) -> None:
        """It happens now."""
        self._since = self.clock()
