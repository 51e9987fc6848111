"""Which runs a figure is of: their names, titles and colours, and what is asked of them by name."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar

from esr_core.charts.palette import assign_colours
from esr_core.errors import MetricError
from esr_core.opened_run import OpenedRun

Runs: TypeAlias = OpenedRun | Sequence[OpenedRun]
"""One run or several, no two of one name."""

Entry = TypeVar("Entry")


def named(runs: Runs) -> dict[str, OpenedRun]:
    """Runs by their names; raises MetricError if there is none, or two have the same."""
    several = [runs] if isinstance(runs, OpenedRun) else list(runs)
    by_name = {run.run_id: run for run in several}
    if not several or len(by_name) < len(several):
        raise MetricError(f"runs must be one or several of different names, got {[run.run_id for run in several]}")
    return by_name


def titles(runs: Mapping[str, OpenedRun]) -> dict[str, str]:
    """What charts call each run."""
    return {run_id: run.info.title for run_id, run in runs.items()}


def colours(runs: Mapping[str, OpenedRun]) -> dict[str, str]:
    """A colour for each run, which depends on its name alone where no other run has it."""
    return assign_colours(list(runs), {})


def entry(catalogue: Mapping[str, Entry], name: str, argument: str) -> Entry:
    """What a catalogue has by a name; raises MetricError if there is no such name."""
    if name not in catalogue:
        raise MetricError(f"{argument} must be one of {', '.join(catalogue)}, got {name!r}")
    return catalogue[name]
