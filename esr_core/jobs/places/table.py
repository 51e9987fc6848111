"""The table of places: this machine, and each kind of cluster."""

from collections.abc import Mapping

from esr_core.errors import ClusterError, ConfigError
from esr_core.jobs.places.place import ClusterKind, Place, Resources
from esr_core.jobs.places.ray import RAY
from esr_core.jobs.places.this_machine import TITLE, ThisMachine
from esr_core.records import HERE
from esr_core.run_store import RunStore

LOCAL = "local"  # what the command line calls this machine
CLUSTERS: dict[str, ClusterKind] = {kind.backend: kind for kind in (RAY,)}
"""Kinds of clusters by the name of their backend. Another kind is a module beside ``ray``, and its name here."""


def backends() -> tuple[str, ...]:
    """What ``--backend`` may be."""
    return (LOCAL, *CLUSTERS)


def place_name(backend: str, address: str | None, environment: Mapping[str, str]) -> str:
    """The name of a place, as it is stored with each of its jobs: ``here``, ``ray:http://127.0.0.1:8265``.

    Args:
        backend: one of ``backends()``.
        address: of the cluster; None takes that of the environment.
        environment: variables by name.

    Raises:
        ConfigError: if a cluster has no address.
    """
    if backend == LOCAL:
        return HERE
    kind = CLUSTERS[backend]
    address = address or environment.get(kind.variable)
    if not address:
        raise ConfigError(f"--address must name {kind.address}, got none")
    return f"{backend}:{address}"


def place_of_environment(environment: Mapping[str, str]) -> str | None:
    """The name of the place that a variable of the environment chooses; None where none does."""
    chosen = (name for name, kind in CLUSTERS.items() if environment.get(kind.variable))
    return next((place_name(name, None, environment) for name in chosen), None)


def place_title(name: str) -> str:
    """A place as sentences have it: "this machine", "the Ray cluster at http://127.0.0.1:8265"."""
    if name == HERE:
        return TITLE
    kind, address = _cluster(name)
    return kind.title.format(address=address)


def require_place(name: str) -> None:
    """Check that jobs can be sent to a place now.

    Raises:
        ConfigError: if its address is none.
        ClusterError: if no such cluster answers, or its kind is not known here.
    """
    if name != HERE:
        kind, address = _cluster(name)
        kind.require(address)


class Places:
    """The places of one worker, each opened when a job is there first.

    Args:
        store: the runs.
        resources: what the worker gives to jobs.
    """

    def __init__(self, store: RunStore, resources: Resources) -> None:
        self._store, self._resources = store, resources
        self._opened: dict[str, Place] = {HERE: ThisMachine(store, resources.slots)}

    def at(self, name: str) -> Place:
        """The place of that name.

        Raises:
            ClusterError: if its kind is not known here, as in a queue that a later version has written.
        """
        if name not in self._opened:
            kind, address = _cluster(name)
            self._opened[name] = kind.open(self._store, address, self._resources)
        return self._opened[name]

    def refresh(self) -> None:
        """Called before every look at the jobs."""
        for place in self._opened.values():
            place.refresh()


def _cluster(name: str) -> tuple[ClusterKind, str]:
    """The kind of cluster that a place's name begins with, and the address after it."""
    backend, _, address = name.partition(":")
    if backend not in CLUSTERS:
        known = ", ".join([HERE, *(f"{each}:ADDRESS" for each in CLUSTERS)])
        raise ClusterError(f"a place must be one of {known}, got {name!r}")
    return CLUSTERS[backend], address
