"""How differently the branches of stored runs decide: matrices, numbers and tables of what they said of a part."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from esr_core.errors import MetricError
from esr_core.metrics import Predictions, diversity
from esr_core.metrics.diversity import MEASURES, Measure
from esr_core.metrics.diversity.measure import Input
from esr_core.records import RunInfo

Features = Callable[[str, np.ndarray], np.ndarray]
"""Features (B, N, K) of a run's branches, by its id, for the pictures of these ids (B,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """A run of several branches, and their predictions for the pictures of a part that have a class."""

    run: RunInfo
    predictions: Predictions

    def of_class(self, class_name: str | None) -> np.ndarray:
        """Which pictures, bool (B,), are of a class; all of them for None, none for one that the run does not know."""
        names = self.predictions.class_names
        if class_name is None:
            return np.ones(len(self.predictions.labels), dtype=bool)
        return self.predictions.labels == (names.index(class_name) if class_name in names else -1)


def ensemble_of(run: RunInfo, predictions: Predictions, part: str) -> Ensemble:
    """A run's predictions of a part as something whose diversity can be measured.

    Raises:
        MetricError: if the run has a single branch, or no picture of the part has a class.
    """
    labelled = predictions.labels >= 0
    if predictions.logits.shape[1] < 2:
        raise MetricError(f"{run.title} is left out: a single branch has no diversity")
    if not labelled.any():
        raise MetricError(f"{run.title} is left out: its {part} part has no pictures")
    return Ensemble(run, predictions if labelled.all() else predictions.where(labelled))


def pair_matrix(ensemble: Ensemble, measure: Measure, keep: np.ndarray, features: Features | None = None) -> np.ndarray:
    """A pairwise measure (N, N) on the pictures that a mask, bool (B,), keeps.

    Args:
        ensemble: of N branches.
        measure: a pairwise one.
        keep: pictures of the ensemble.
        features: asked where the measure needs them; of the first pictures, where it is content with some.

    Raises:
        MetricError: if the measure is not pairwise, or needs features and none can be asked.
        EsrError: that ``features`` raises.
    """
    if not measure.is_pairwise:
        raise MetricError(f"measure must be a pairwise one for a matrix, got {measure.name}")
    inputs = _inputs(ensemble.predictions.where(keep))
    if "features" in measure.needs and features is not None:
        first = slice(measure.most_images)
        inputs["features"] = features(ensemble.run.run_id, ensemble.predictions.ids[first])[keep[first]]
    return np.asarray(measure.of(inputs))


def by_class(ensembles: Mapping[str, Ensemble], measure: Measure, features: Features | None = None) -> pd.DataFrame:
    """Mean of a pairwise measure over all pairs, class by class: columns run, class, pictures and value.

    Raises:
        EsrError: as ``pair_matrix``.
    """
    rows = []
    for run_id, ensemble in ensembles.items():
        for name in ensemble.predictions.class_names:
            keep = ensemble.of_class(name)
            value = diversity.mean_pairwise(pair_matrix(ensemble, measure, keep, features))
            rows.append((run_id, name, int(keep.sum()), value))
    return pd.DataFrame(rows, columns=["run", "class", "pictures", "value"])


def diversity_numbers(predictions: Predictions, measures: Collection[Measure] = MEASURES) -> dict[str, float]:
    """One number for each measure that predictions suffice for, by its name; of pairwise ones the mean over pairs.

    Args:
        predictions: of pictures with a class, from two branches or more.
        measures: of which those that need more, such as features or affect, are left out.

    Raises:
        MetricError: if there is a single branch.
    """
    inputs = _inputs(predictions)
    return {measure.name: measure.number(inputs) for measure in measures if measure.suits(inputs)}


def diversity_table(
    numbers: Mapping[str, Mapping[str, float]], measures: Collection[Measure] = MEASURES
) -> pd.DataFrame:
    """Numbers of several runs side by side, with what each says.

    Args:
        numbers: of each run, by the measures' names.
        measures: in whose order the rows are.

    Returns:
        Columns ``measure``, ``more diverse if`` (higher, lower, or empty), one of each run, NaN where it is not
        defined, and ``what it says``.
    """
    shown = [measure for measure in measures if any(measure.name in of_run for of_run in numbers.values())]
    columns = {run: [of_run.get(measure.name, np.nan) for measure in shown] for run, of_run in numbers.items()}
    names, directions = [measure.name for measure in shown], [measure.more_diverse for measure in shown]
    meanings = [measure.meaning for measure in shown]
    return pd.DataFrame({"measure": names, "more diverse if": directions, **columns, "what it says": meanings})


def kappa_and_error(ensembles: Mapping[str, Ensemble]) -> pd.DataFrame:
    """A kappa-error diagram: a row per pair of branches with run, first and second (from 1), kappa, and error in %."""
    rows = []
    for run_id, ensemble in ensembles.items():
        classes, labels = ensemble.predictions.classes, ensemble.predictions.labels
        kappa, error = diversity.cohen_kappa(classes), diversity.pair_error(classes, labels)
        for first, second in zip(*np.triu_indices(len(kappa), k=1), strict=True):
            rows.append((run_id, first + 1, second + 1, kappa[first, second], 100 * error[first, second]))
    return pd.DataFrame(rows, columns=["run", "first", "second", "kappa", "error"])


def _inputs(predictions: Predictions) -> dict[Input, np.ndarray]:
    """What measures can be taken from."""
    inputs: dict[Input, np.ndarray] = {
        "predictions": predictions.classes,
        "labels": predictions.labels,
        "probabilities": predictions.probabilities,
    }
    if predictions.affect is not None and predictions.affect_targets is not None:
        inputs |= {"affect": predictions.affect, "affect_targets": predictions.affect_targets}
    return inputs
