"""Which stored runs are trials of one setting."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from esr_core.config import TrainingConfig
from esr_core.records import RunInfo


@dataclass(frozen=True, slots=True)
class Group:
    """Finished runs of one sweep that are alike in everything but fold, seed and device."""

    name: str  # of its runs, such as "ESR-4 level 3 varied"; with the first one's id where two groups are called so
    runs: tuple[RunInfo, ...]  # by fold, then seed


def groups_of(runs: Iterable[RunInfo]) -> list[Group]:
    """The groups among runs, each level and strategy of a sweep being one; in the order of their sweeps and names.

    A run that belongs to no sweep is alone and in no group, and neither is one that has not finished.
    """
    members: dict[TrainingConfig, list[RunInfo]] = {}
    for run in runs:
        if run.config is not None and run.config.group and run.status.state == "finished":
            protocol = run.config.protocol.replace(fold=0)
            setting = run.config.comparable().replace(protocol=protocol, seed=0)
            members.setdefault(setting, []).append(run)
    sorted_runs = [tuple(sorted(group, key=_trial_order)) for group in members.values()]
    firsts = [group[0] for group in sorted_runs]
    kinds = Counter(first.kind for first in firsts)
    names = [first.kind if kinds[first.kind] == 1 else f"{first.kind} ({first.run_id})" for first in firsts]
    return sorted(map(Group, names, sorted_runs), key=lambda group: group.runs[0].run_id)


def repeated_groups(runs: Iterable[RunInfo]) -> list[Group]:
    """As ``groups_of``, those alone that have more than one trial."""
    return [group for group in groups_of(runs) if len(group.runs) > 1]


def _trial_order(run: RunInfo) -> tuple[int, int]:
    return (run.config.protocol.fold, run.config.seed) if run.config else (0, 0)
