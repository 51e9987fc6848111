"""Groups of runs that are alike but for fold and seed: what they score, and which differ by more than chance."""

import plotly.graph_objects as go

from esr_core.charts.groups import factor_of, p_value_chart, spread_chart, title_of
from esr_core.errors import MetricError
from esr_core.evaluation import TESTS, Trial, comparison_table, groups_of, spread_table, stored_trial
from esr_core.figures.selection import Runs, entry, named


def spread(runs: Runs, measure: str = "accuracy", part: str = "test") -> go.Figure:
    """Mean ± standard deviation of each group over its trials.

    Args:
        runs: finished ones of sweeps; those alike in everything but fold and seed are a group.
        measure: that trials are scored by, such as accuracy or macro F1.
        part: ``test`` or ``validation``.

    Raises:
        MetricError: if no run is of a sweep, or the measure is not known.
    """
    table = spread_table(_trials(runs, measure, part), measure)
    return spread_chart(table, title_of(measure), factor_of(measure)).titled()


def p_values(runs: Runs, measure: str = "accuracy", test: str = "t", part: str = "test") -> go.Figure:
    """A paired test of every two groups, corrected by Holm.

    Args:
        runs: of two groups or more, as for ``spread``.
        measure: as for ``spread``.
        test: t, corrected-t or wilcoxon.
        part: ``test`` or ``validation``.

    Raises:
        MetricError: as ``spread``, and if the trials of two groups do not match or the test is not known.
    """
    entry(TESTS, test, "test")
    trials = _trials(runs, measure, part)
    if len(trials) < 2:
        raise MetricError(f"runs must be of two groups or more to be paired, got {', '.join(trials)}")
    return p_value_chart(comparison_table(trials, measure, test), list(trials), factor_of(measure)).titled()


def _trials(runs: Runs, measure: str, part: str) -> dict[str, list[Trial]]:
    """The trials of each group by its name, each of which has this measure."""
    by_name = named(runs)
    groups = groups_of(run.info for run in by_name.values())
    if not groups:
        raise MetricError(f"runs must be finished ones of sweeps, found none among {', '.join(by_name)}")
    trials = {
        group.name: [
            stored_trial(by_name[run.run_id].store, run, by_name[run.run_id].store.predictions(run.run_id, part))
            for run in group.runs
        ]
        for group in groups
    }
    entry(next(iter(trials.values()))[0].scores, measure, "measure")
    return trials
