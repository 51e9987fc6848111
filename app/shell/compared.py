"""What pages set side by side: picked runs, or all trials of a group as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from app import answers
from esr_core.config import NetworkConfig
from esr_core.evaluation import Group
from esr_core.records import RunInfo


@dataclass(frozen=True, slots=True)
class Compared:
    """A run, or a group."""

    run: RunInfo  # of a group the first trial, which looks at the face for it
    network: NetworkConfig
    colour: str
    group: Group | None = None

    @property
    def runs(self) -> Sequence[RunInfo]:
        """The run, or the trials of the group."""
        return self.group.runs if self.group else (self.run,)

    @property
    def name(self) -> str:
        """What to call it."""
        return self.group.name if self.group else self.run.label

    @property
    def detail(self) -> str:
        """Which one of that name it is."""
        if self.group:
            return f"{len(self.runs)} trials, from {self.run.run_id} on"
        state = "" if self.run.status.state == "finished" else f" · {self.run.status.state}"
        return f"{self.run.run_id}{state}"


def compared(runs: Sequence[RunInfo], colours: Mapping[str, str]) -> list[Compared]:
    """Each run for itself; runs of one group together, unless that is switched off, which is offered where it can be.

    Args:
        runs: those without settings are left out.
        colours: of each run.
    """
    in_group = _groups(runs)
    if in_group and not st.toggle(
        "Trials as one",
        value=True,
        key="together",
        bind="query-params",
        help="Finished runs alike but for fold and seed stand as one: means over all of them, with intervals.",
    ):
        in_group = {}
    columns: dict[str, Compared] = {}
    for run in runs:
        if run.config:
            group = in_group.get(run.run_id)
            first = group.runs[0] if group else run
            columns.setdefault(first.run_id, Compared(first, run.config.network, colours[run.run_id], group))
    return list(columns.values())


def have_the_same_test_part(compared: Sequence[Compared]) -> bool:
    """Whether all were tested on the same pictures, groups in all their trials together.

    Raises:
        DamagedRunError: if one has stored no predictions of its test part.
    """
    tested = ((answers.predictions(run.run_id).ids for run in each.runs) for each in compared)
    return len({frozenset().union(*ids) for ids in tested}) < 2


def _groups(runs: Sequence[RunInfo]) -> dict[str, Group]:
    """The groups of several trials that these runs belong to, by the ids of all their trials."""
    if not any(run.config and run.config.group for run in runs):
        return {}
    picked = {run.run_id for run in runs}
    groups = [group for group in answers.groups() if picked & {run.run_id for run in group.runs}]
    return {run.run_id: group for group in groups for run in group.runs}
