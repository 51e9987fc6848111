"""The way to a Ray cluster: none where Ray is not installed, and not tried again at once where nobody answered."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from esr_core.errors import ClusterError, ConfigError

if TYPE_CHECKING:
    from esr_core.jobs.places.ray.client import RayClient

ASK_AGAIN_AFTER_S = 10.0  # of a cluster that did not answer, so that waiting for it does not hold up other places
Answer = TypeVar("Answer")


class RayConnection:
    """Made when the first question is asked.

    Args:
        address: of the cluster's dashboard, as http://127.0.0.1:8265.

    Raises:
        ConfigError: if the address is none.
    """

    def __init__(self, address: str) -> None:
        require_address(address)
        self._address = address
        self._client: RayClient | None = None
        self._failure: tuple[float, str] | None = None  # when it did not answer, and what that was

    def ask(self, question: "Callable[[RayClient], Answer]") -> Answer:
        """What the cluster answers.

        Raises:
            ClusterError: if it does not answer, or did not a moment ago.
        """
        if self._failure is not None and time.monotonic() - self._failure[0] < ASK_AGAIN_AFTER_S:
            raise ClusterError(self._failure[1])
        try:
            self._client = self._client or connect_to_ray(self._address)
            answer = question(self._client)
        except ClusterError as error:
            self._failure = time.monotonic(), str(error)
            raise
        self._failure = None
        return answer


def connect_to_ray(address: str) -> "RayClient":
    """The cluster at an address.

    Raises:
        ConfigError: if it is none.
        ClusterError: if Ray is not installed here, or no cluster answers within five seconds.
    """
    require_address(address)
    try:
        from esr_core.jobs.places.ray.client import RayClient
    except ImportError as error:
        raise ClusterError(
            f"jobs of a Ray cluster need the package ray here, which cannot be imported ({error}): "
            "pip install -r requirements-ray.txt"
        ) from None
    return RayClient(address)


def require_address(address: str) -> None:
    """Raise ConfigError if this is not the address of a dashboard; Ray's client would import a module named before ://."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"a Ray address must be that of its dashboard, as http://127.0.0.1:8265, got {address!r}")
