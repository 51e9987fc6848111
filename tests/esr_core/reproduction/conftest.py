"""A request on ten drawn people, and runs stored as if trained."""

from collections.abc import Callable, Iterable

import pytest

from esr_core.data.prepared import PreparedSet
from esr_core.records import RunInfo
from esr_core.reproduction import EXHIBITS, EXPERIMENTS, SCALES, Request, plan_runs, sets_in_place
from esr_core.run_store import RunStore
from tests.simulated import store_simulated

SETS = [each.data for each in EXPERIMENTS.values()]


@pytest.fixture(scope="session")
def drawn(prepared_faces) -> PreparedSet:
    return PreparedSet.open(prepared_faces / "tiny")


@pytest.fixture
def ask(drawn) -> Callable[..., Request]:
    """A request for tables and figures by name, on drawn faces unless other sets are given."""

    def asked(*names: str, scale: str = "paper", sets: Iterable[PreparedSet] = (), **others) -> Request:
        experiments = tuple(name for exhibit in names for name in EXHIBITS[exhibit].experiments)
        return Request(experiments, SCALES[scale], sets_in_place(SETS, [*sets] or [drawn]), **others)

    return asked


def store_finished(store: RunStore, request: Request, skills: dict[str, float]) -> list[RunInfo]:
    """All trials of these experiments as finished runs that are right so often."""
    for each in plan_runs(request, store, []):
        if each.experiment.name in skills:
            store_simulated(store, each.run_id, each.config, skills[each.experiment.name])
    return list(store.list())
