"""Ray clusters that are running already, as places."""

from esr_core.jobs.places.place import ClusterKind
from esr_core.jobs.places.ray.cluster import TITLE, RayCluster
from esr_core.jobs.places.ray.connection import connect_to_ray

RAY = ClusterKind(
    backend="ray",
    title=TITLE,
    address="the dashboard of a Ray cluster, as http://127.0.0.1:8265",
    variable="ESR_RAY_ADDRESS",
    open=lambda store, address, resources: RayCluster(store, address, resources.job_cpus),
    require=connect_to_ray,
)

__all__ = ["RAY", "RayCluster", "connect_to_ray"]
