"""A Ray cluster's Jobs API: what of it we use, typed, with a limit to every wait and errors as sentences.

Imports Ray, so that it is itself imported only where a cluster is used.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import requests
from ray.exceptions import AuthenticationError
from ray.job_submission import JobSubmissionClient

from esr_core.errors import ClusterError, JobError

ANSWER_WITHIN_S = 5.0
ACT_WITHIN_S = 30.0  # taking a job in, with the program it needs
OVERRIDING = ("RAY_API_SERVER_ADDRESS", "RAY_ADDRESS")  # Ray's client prefers these to the address it is given
OVER = ("SUCCEEDED", "FAILED", "STOPPED")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class RayJob:
    """What Ray says of a job."""

    submission: str
    status: str  # PENDING, RUNNING, SUCCEEDED, FAILED or STOPPED
    message: str
    metadata: Mapping[str, str]

    @property
    def is_over(self) -> bool:
        """Whether it has no process any more and gets none."""
        return self.status in OVER


class RayClient:
    """One cluster, asked over HTTP.

    Args:
        address: of its dashboard, as http://127.0.0.1:8265.

    Raises:
        ClusterError: from every method, if it does not answer within five seconds or refuses the token.
        JobError: from ``submit`` and ``log``, if it answers that it cannot do what is asked.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._ray = self._told(lambda: _connected(address))

    def node_resources(self) -> Sequence[Mapping[str, float]]:
        """What each living node has in all: "CPU", "GPU", ..."""
        found = self._told(lambda: self._ray.get("/api/v0/nodes"))
        return [node["resources_total"] for node in found["data"]["result"]["result"] if node["state"] == "ALIVE"]

    def submit(self, entrypoint: str, submission: str, **how: Any) -> None:  # noqa: ANN401 - of submit_job
        """Let the cluster run a command; does nothing where a job of that id is there already."""
        try:
            self._asked(lambda: self._ray.submit_job(entrypoint=entrypoint, submission_id=submission, **how))
        except _RefusedError as error:
            if "already exists" not in str(error):
                raise

    def job(self, submission: str) -> RayJob | None:
        """What became of a job; None where the cluster knows none of that id."""
        try:
            return _ray_job(self._asked(lambda: self._ray.get_job_info(submission)))
        except _RefusedError as error:
            if error.status == requests.codes.not_found:
                return None
            raise ClusterError(str(error)) from None

    def jobs(self) -> Sequence[RayJob]:
        """All that were submitted."""
        found = self._told(self._ray.list_jobs)
        return [_ray_job(details) for details in found if details.submission_id]

    def log(self, submission: str) -> str:
        """All that a job has printed."""
        return self._asked(lambda: self._ray.get_job_logs(submission))

    def stop(self, submission: str) -> None:
        """Send SIGTERM, and SIGKILL after the time that the job was submitted with."""
        self._told(lambda: self._ray.stop_job(submission))

    def _told(self, ask: Callable[[], Answer]) -> Answer:
        """The answer to what cannot be refused for a reason that lies in one job."""
        try:
            return self._asked(ask)
        except _RefusedError as error:
            raise ClusterError(str(error)) from None

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        with _in_sentences(self.address):
            return ask()


class _RefusedError(JobError):
    """The cluster answered, but not what was asked for."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        lines = [line.strip() for line in text.splitlines() if line.strip(". ")]
        super().__init__(f"the Ray cluster refused with status {status}: {lines[-1] if lines else 'no reason given'}")


class _Client(JobSubmissionClient):
    """Ray's own client, which waits for ever and has one type of error for all answers."""

    def get(self, endpoint: str) -> Any:  # noqa: ANN401 - JSON
        response = self._do_request("GET", endpoint)
        if not response.ok:
            self._raise_error(response)
        return response.json()

    def _do_request(self, method: str, endpoint: str, **request: Any) -> requests.Response:  # noqa: ANN401
        wait = ANSWER_WITHIN_S if method == "GET" else ACT_WITHIN_S
        return super()._do_request(method, endpoint, timeout=(ANSWER_WITHIN_S, wait), **request)

    def _raise_error(self, response: requests.Response) -> None:
        raise _RefusedError(response.status_code, response.text)


def _connected(address: str) -> _Client:
    for name in OVERRIDING:
        if os.environ.get(name, address) != address:
            raise ClusterError(f"{name} must be unset or {address}, the address asked for, got {os.environ[name]}")
    return _Client(address)


@contextmanager
def _in_sentences(address: str) -> Iterator[None]:
    try:
        yield
    except AuthenticationError as error:
        reason = str(error).partition("\n")[0].partition(". ")[0].rstrip(".")
        raise ClusterError(
            f"the Ray cluster at {address} does not let us in: {reason}; RAY_AUTH_MODE and RAY_AUTH_TOKEN or "
            "RAY_AUTH_TOKEN_PATH must be those of the cluster"
        ) from None
    except (requests.exceptions.JSONDecodeError, KeyError):
        raise ClusterError(f"what answers at {address} is not the dashboard of a Ray cluster") from None
    except (ConnectionError, requests.exceptions.RequestException) as error:
        if isinstance(error, requests.exceptions.HTTPError):
            raise ClusterError(f"what answers at {address} is not the dashboard of a Ray cluster: {error}") from None
        raise ClusterError(
            f"no Ray cluster answers at {address} within {ANSWER_WITHIN_S:.0f} s; the address must be that of its "
            "dashboard, as http://127.0.0.1:8265"
        ) from None
    except RuntimeError as error:  # of Ray: the version it found
        raise ClusterError(f"the Ray cluster at {address} cannot be used: {error}") from None


def _ray_job(details: Any) -> RayJob:  # noqa: ANN401 - JobDetails of Ray's
    status = str(getattr(details.status, "value", details.status))
    return RayJob(details.submission_id, status, details.message or "", details.metadata or {})
