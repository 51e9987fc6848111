"""The paper's tables and figures as they stand: which runs they are made of, and what these say so far."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from app.answers.prepared_sets import prepared, prepared_set
from app.answers.stored_runs import runs, store
from esr_core.records import RunInfo
from esr_core.reproduction import (
    EXHIBITS,
    EXPERIMENTS,
    SCALES,
    PlannedRun,
    Report,
    Request,
    Results,
    plan_runs,
    report,
    seconds_left,
    sets_in_place,
)

STARTS_ON = {"ferplus": "affectnet"}  # sets on which the paper goes on from an ensemble of another one


@dataclass(frozen=True, slots=True, eq=False)
class Reproduction:
    """One table or figure on one prepared set."""

    report: Report
    missing_data: Sequence[str]  # phrases: what the set lacks for it; without data the paper's values stand alone
    seconds: float | None  # that the missing runs take, one after another; None where that is not known

    @property
    def planned(self) -> Sequence[PlannedRun]:
        """Every run that it is made of."""
        return self.report.planned

    @property
    def left(self) -> list[PlannedRun]:
        """Runs that can be queued now."""
        return [] if self.missing_data else [each for each in self.planned if each.is_left]


def reproduction(exhibit: str, set_name: str | None, scale: str) -> Reproduction:
    """What can be said of a table or figure now; read again when a run begins, ends or goes.

    Args:
        exhibit: a key of EXHIBITS.
        set_name: id of the prepared set that stands for the paper's; None where nothing is prepared.
        scale: a key of SCALES.

    Raises:
        DataError: if the set cannot be read or divided.
        DamagedRunError: if a finished run cannot be read.
    """
    request = _request(exhibit, set_name, scale)
    sets = tuple(sorted((name, each.card.fingerprint) for name, each in request.sets.items()))
    stored = runs()
    states = tuple((run.run_id, run.status.state) for run in stored)
    return _reproduction(str(store().root.absolute()), (exhibit, set_name, scale), sets, states, request, stored)


def _request(exhibit: str, set_name: str | None, scale: str) -> Request:
    experiments = EXHIBITS[exhibit].experiments
    if set_name is None:
        return Request(experiments, SCALES[scale], {})
    others = [name for name, card in prepared().items() if card.name == STARTS_ON.get(prepared()[set_name].name)]
    opened = [prepared_set(name) for name in (set_name, *others)]
    sets = sets_in_place([each.data for each in EXPERIMENTS.values()], opened)
    return Request(experiments, SCALES[scale], sets)


@st.cache_resource(max_entries=16, show_spinner="Reading the runs")  # tables that nobody writes to: shared, not copied
def _reproduction(
    root: str,  # noqa: ARG001 - part of the key, as the next three
    asked: tuple[str, str | None, str],
    sets: tuple[tuple[str, str], ...],  # noqa: ARG001
    states: tuple[tuple[str, str], ...],  # noqa: ARG001
    _request: Request,
    _runs: Sequence[RunInfo],
) -> Reproduction:
    missing = _request.missing_data
    request = replace(_request, sets={}) if missing else _request
    results = Results(store(), plan_runs(request, store(), _runs), request.sets)
    made = report(EXHIBITS[asked[0]], request, results)
    return Reproduction(made, missing, None if missing else seconds_left(request, made.planned, store(), _runs))
