"""Where jobs run: this machine, or clusters that are running already."""

from esr_core.jobs.places.place import PATIENCE_S, ClusterKind, Place, Resources, Started, training_arguments
from esr_core.jobs.places.table import (
    CLUSTERS,
    LOCAL,
    Places,
    backends,
    place_name,
    place_of_environment,
    place_title,
    require_place,
)
from esr_core.jobs.places.this_machine import ThisMachine

__all__ = [
    "CLUSTERS",
    "LOCAL",
    "PATIENCE_S",
    "ClusterKind",
    "Place",
    "Places",
    "Resources",
    "Started",
    "ThisMachine",
    "backends",
    "place_name",
    "place_of_environment",
    "place_title",
    "require_place",
    "training_arguments",
]
