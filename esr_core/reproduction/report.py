"""An exhibit as it stands: its tables, which runs are missing, and what differs from the paper's setting."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from esr_core.config import TrainingConfig
from esr_core.config.differences import flat_settings
from esr_core.durations import duration
from esr_core.evaluation.markdown import bullets, decimals, plain, table
from esr_core.reproduction.exhibits import Exhibit
from esr_core.reproduction.experiments import DATA_TITLES, Experiment
from esr_core.reproduction.planning import PlannedRun, Request, chosen_settings, counted
from esr_core.reproduction.results import Results, Table

MISSING_CELL = "–"


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """One table or figure, the paper's numbers beside ours."""

    exhibit: Exhibit
    planned: Sequence[PlannedRun]  # that it is made of
    tables: list[Table]
    differences: list[str]  # phrases
    picture: np.ndarray | None = None  # of an exhibit that has one, uint8 RGB (H, W, 3)

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """Its tables by their keys, as ``esr_core.charts.paper_exhibits`` draws them."""
        return {each.key: each.frame for each in self.tables}

    @property
    def gaps(self) -> list[str]:
        """A sentence for each experiment of which a run has not finished; none where all have."""
        by_title: dict[str, list[PlannedRun]] = {}
        for each in self.planned:
            by_title.setdefault(each.experiment.title, []).append(each)
        return [_gap(title, runs) for title, runs in by_title.items() if any(each.state != "finished" for each in runs)]

    @property
    def is_whole(self) -> bool:
        """Whether every run has finished."""
        return not self.gaps


def report(exhibit: Exhibit, request: Request, results: Results) -> Report:
    """What can be said now.

    Args:
        exhibit: of which.
        request: that made the plan; its experiments may be those of other exhibits, too.
        results: of that plan, which keep what they have read from one exhibit to the next.

    Raises:
        DamagedRunError: if a finished run cannot be read.
    """
    own = replace(request, names=exhibit.experiments)
    planned = [run for experiment in own.experiments for run in results.planned(experiment.name)]
    return Report(exhibit, planned, exhibit.make(results), differences(own), exhibit.draw(results))


def differences(request: Request) -> list[str]:
    """What differs from the paper's setting: data, trials and settings, in its experiments' order."""
    phrases = []
    for experiment in request.experiments:
        prepared = request.sets.get(experiment.data)
        if prepared is not None and prepared.card.name != experiment.data:
            phrases.append(f"{prepared.card.title} in place of {DATA_TITLES[experiment.data]}")
        if experiment.num_trials > request.scale.most_trials:
            phrases.append(f"{request.scale.most_trials} trials in place of {experiment.num_trials}")
        if experiment.start and request.start:
            phrases.append(f"goes on from run {request.start} in place of an ESR-9 trained here on AffectNet")
        phrases += _differing(experiment, request)
    return list(dict.fromkeys(phrases))


def markdown(made: Report, request: Request, seconds: float | None = None) -> str:
    """The exhibit as a document.

    Args:
        made: what it says.
        request: that made it.
        seconds: that the missing runs will take; None where that is not known.
    """
    scale = request.scale
    parts = [
        f"# {made.exhibit.title}: {made.exhibit.what}",
        f"Scale {scale.name}: {scale.what}.",
        *(["## Missing", bullets([plain(gap) for gap in [*made.gaps, *_time(seconds)]])] if made.gaps else []),
        *(f"## {each.title}\n\n{markdown_table(each)}" for each in made.tables),
        *([f"![Where branches look]({made.exhibit.name}.png)"] if made.picture is not None else []),
        "## What differs from the paper's setting",
        bullets([plain(phrase) for phrase in made.differences] or ["nothing that is set"]),
    ]
    return "\n\n".join(parts) + "\n"


def markdown_table(made: Table) -> str:
    """A table as Markdown; what is missing is a dash."""
    rows = [[_cell(value, made.digits) for value in row] for row in made.frame.itertuples(index=False)]
    return table([plain(str(name)) for name in made.frame], rows)


def _time(seconds: float | None) -> list[str]:
    return [] if seconds is None else [f"together about {duration(seconds)} on this machine, one after another."]


def _gap(title: str, runs: Sequence[PlannedRun]) -> str:
    states = ", ".join(f"{count} {state}" for state, count in counted(runs).items())
    waiting = f", waiting for {runs[0].waits_for}" if runs[0].waits_for else ""
    return f"{title}: {states} of {len(runs)}{waiting}"


def _differing(experiment: Experiment, request: Request) -> list[str]:
    """Settings that are not the paper's, as "epochs_first_branch 3 in place of 2000"."""
    printed = {**flat_settings(TrainingConfig(data="")), **experiment.all_settings}
    return [
        f"{name} {_shown(value)} in place of {_shown(printed[name])} (preset {experiment.preset})"
        for name, value in chosen_settings(experiment, request).items()
        if _shown(value) != _shown(printed[name]) and name != "device"
    ]


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _cell(value: object, digits: int) -> str:
    if value is None or pd.isna(value):
        return MISSING_CELL
    if isinstance(value, float):
        return plain(decimals(value, digits))
    return plain(f"{value:,}" if isinstance(value, int) else str(value))
