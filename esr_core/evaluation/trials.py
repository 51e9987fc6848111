"""Groups against each other: what each scored in its trials, and whether that differs by more than chance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from esr_core.errors import MetricError
from esr_core.metrics import Predictions, corrected_resampled_t_test, holm, paired_t_test, wilcoxon_signed_rank
from esr_core.metrics.scores import measures
from esr_core.records import RunInfo
from esr_core.run_store import RunStore

TESTS: Mapping[str, Callable[[np.ndarray, np.ndarray, float], float]] = {
    "t": lambda first, second, _: paired_t_test(first, second),
    "corrected-t": corrected_resampled_t_test,
    "wilcoxon": lambda first, second, _: wilcoxon_signed_rank(first, second),
}
"""Paired tests by name: they take two groups' scores and how many pictures test for each that trains."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One run of a group, and what it scored."""

    run_id: str
    fold: int
    seed: int
    class_names: tuple[str, ...]
    ids: frozenset[str]  # the pictures it was tested on
    test_to_training: float  # pictures that test for each that trains
    scores: Mapping[str, float]  # by measure

    @property
    def key(self) -> tuple[int, int]:
        """What a trial of another group must share to be its pair: fold and seed."""
        return self.fold, self.seed


def trial_of(run: RunInfo, predictions: Predictions, num_training: int) -> Trial:
    """Measure a run as a trial of its group.

    Args:
        run: a readable one.
        predictions: of its test part.
        num_training: pictures it learned from.

    Raises:
        MetricError: if the run has no settings or learned from nothing.
    """
    if run.config is None or num_training < 1:
        raise MetricError(f"{run.run_id} must have settings and training pictures, got {num_training} pictures")
    return Trial(
        run.run_id,
        run.config.protocol.fold,
        run.config.seed,
        predictions.class_names,
        frozenset(map(str, predictions.ids)),
        len(predictions.ids) / num_training,
        measures(predictions),
    )


def stored_trial(store: RunStore, run: RunInfo, predictions: Predictions) -> Trial:
    """As ``trial_of``, of a stored run, which says itself how many pictures it learned from.

    Raises:
        DamagedRunError: if its parts are missing or cannot be read.
        MetricError: as ``trial_of``.
    """
    return trial_of(run, predictions, len(store.parts(run.run_id)["training"]))


def spread_table(groups: Mapping[str, Sequence[Trial]], measure: str) -> pd.DataFrame:
    """What each group scores.

    Returns:
        A row per group: ``group``, ``trials``, ``mean``, ``sd`` (over n - 1; NaN of a single trial), ``lowest``,
        ``highest``.
    """
    rows = []
    for name, trials in groups.items():
        values = pd.Series([trial.scores[measure] for trial in trials], dtype=float)
        spread = {"mean": values.mean(), "sd": values.std(), "lowest": values.min(), "highest": values.max()}
        rows.append({"group": name, "trials": len(trials), **spread})
    return pd.DataFrame(rows, columns=["group", "trials", "mean", "sd", "lowest", "highest"])


def comparison_table(
    groups: Mapping[str, Sequence[Trial]], measure: str, test: str, against: str | None = None
) -> pd.DataFrame:
    """A paired test of every two groups; trials of the same fold and seed are pairs.

    Args:
        groups: trials by the group's name.
        measure: that every trial has a value of.
        test: a key of :data:`TESTS`.
        against: the group that each other one is tested against; None tests every two.

    Returns:
        A row per pair: ``first``, ``second``, ``trials``, ``difference`` (mean of second minus first), ``p`` and
        ``p_holm``, corrected over all rows; NaN where the test is not defined.

    Raises:
        MetricError: if two groups do not have the same trials, each once, were not tested on the same pictures, or know
            different classes.
    """
    rows = []
    for first, second in combinations(groups, 2):
        if against not in (None, first, second):
            continue
        pairs = _pairs(groups, first, second)
        scores = np.array([[trial.scores[measure] for trial in pair] for pair in pairs]).reshape(-1, 2)  # (T, 2)
        ratio = float(np.mean([trial.test_to_training for pair in pairs for trial in pair]))
        rows.append(
            {
                "first": first,
                "second": second,
                "trials": len(pairs),
                "difference": (scores[:, 1] - scores[:, 0]).mean(),
                "p": TESTS[test](scores[:, 0], scores[:, 1], ratio),
            }
        )
    table = pd.DataFrame(rows, columns=["first", "second", "trials", "difference", "p"])
    return table.assign(p_holm=holm(table["p"].to_numpy(dtype=float)))


def _pairs(groups: Mapping[str, Sequence[Trial]], first: str, second: str) -> list[tuple[Trial, Trial]]:
    """Trials of the same fold and seed, checked to be comparable."""
    ours, theirs = ({trial.key: trial for trial in groups[name]} for name in (first, second))
    for name, by_key in ((first, ours), (second, theirs)):
        if len(by_key) < len(groups[name]):
            raise MetricError(
                f"{name} must have one trial of each fold and seed to be paired, found {len(groups[name])} trials of "
                f"{len(by_key)}"
            )
    if alone := ours.keys() ^ theirs.keys():
        raise MetricError(
            f"{first} and {second} must have the same trials to be paired, found {len(alone)} of "
            f"{len(ours.keys() | theirs.keys())} folds and seeds in one alone"
        )
    pairs = [(ours[key], theirs[key]) for key in sorted(ours)]
    for pair in pairs:
        _require_same_test(*pair)
    return pairs


def _require_same_test(one: Trial, other: Trial) -> None:
    if one.class_names != other.class_names:
        raise MetricError(
            f"runs {one.run_id} and {other.run_id} must know the same classes to be paired, "
            f"got {list(one.class_names)} and {list(other.class_names)}"
        )
    if alone := one.ids ^ other.ids:
        raise MetricError(
            f"runs {one.run_id} and {other.run_id} must be tested on the same pictures to be paired, "
            f"found {len(alone):,} of {len(one.ids | other.ids):,} in one alone"
        )
