"""From stored predictions to what the page Diversity draws: matrices, numbers and points of every picked ensemble."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from app import answers
from app.diversity.annotator_chart import BesideAnnotators
from app.kit.diversity_table import MEANINGS
from esr_core.data.labels import VOTES
from esr_core.errors import EsrError
from esr_core.metrics import Predictions, diversity
from esr_core.records import RunInfo

MOST_PICTURES = 1000  # of which features are compared: more than there are features, and seconds of work
STEPS = 8  # of annotators' disagreement, each with as many pictures as the others, as far as ties allow


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """A finished run of several branches, and what it said of a part."""

    run: RunInfo
    predictions: Predictions  # of the pictures with a class

    def of_class(self, class_name: str | None) -> np.ndarray:
        """Which pictures (B,) are of a class; of all of them for None, none for one that the run does not know."""
        names = self.predictions.class_names
        if class_name is None:
            return np.ones(len(self.predictions.labels), dtype=bool)
        return self.predictions.labels == (names.index(class_name) if class_name in names else -1)


def _of_classes(measure: Callable[[np.ndarray], np.ndarray]) -> Callable[[Ensemble, np.ndarray], np.ndarray]:
    return lambda ensemble, keep: measure(ensemble.predictions.classes[keep])


def _of_correctness(
    measure: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Callable[[Ensemble, np.ndarray], np.ndarray]:
    return lambda ensemble, keep: measure(ensemble.predictions.classes[keep], ensemble.predictions.labels[keep])


def _alignment(ensemble: Ensemble, keep: np.ndarray) -> np.ndarray:
    features = answers.branch_features(ensemble.run.run_id, ensemble.predictions.ids[:MOST_PICTURES])
    return diversity.linear_cka(features[keep[:MOST_PICTURES]])


PAIRWISE: Mapping[str, Callable[[Ensemble, np.ndarray], np.ndarray]] = {
    "label disagreement": _of_classes(diversity.label_disagreement),
    "oracle disagreement": _of_correctness(diversity.oracle_disagreement),
    "double fault": _of_correctness(diversity.double_fault),
    "Q statistic": _of_correctness(diversity.q_statistic),
    "correlation": _of_correctness(diversity.correlation),
    "Cohen's kappa": _of_classes(diversity.cohen_kappa),
    "Jensen-Shannon divergence": lambda e, keep: diversity.jensen_shannon(e.predictions.probabilities[keep]),
    "feature alignment": _alignment,
}
"""Matrix (N, N) of an ensemble on the pictures that a mask (B,) keeps, by the names of ``pair_matrices``."""


def ensembles(run_ids: Sequence[str], part: str) -> tuple[dict[str, Ensemble], list[str]]:
    """The picked runs whose diversity can be measured on a part, and a sentence about each of the others."""
    found, reasons = {}, []
    for run in map(answers.run, run_ids):
        try:
            predictions = _with_a_class(answers.predictions(run.run_id, part))
        except EsrError as error:
            reasons.append(str(error))
            continue
        if predictions.logits.shape[1] < 2:
            reasons.append(f"{run.label} ({run.run_id}) is left out: a single branch has no diversity.")
        elif not len(predictions.labels):
            reasons.append(f"{run.label} ({run.run_id}) is left out: its {part} part has no pictures.")
        else:
            found[run.run_id] = Ensemble(run, predictions)
    return found, reasons


def class_names(found: Mapping[str, Ensemble]) -> list[str]:
    """Every class that one of the ensembles knows."""
    return list(dict.fromkeys(name for ensemble in found.values() for name in ensemble.predictions.class_names))


def decide_on_the_same(found: Mapping[str, Ensemble]) -> bool:
    """Whether all ensembles were asked about the same pictures."""
    return len({frozenset(ensemble.predictions.ids) for ensemble in found.values()}) < 2


def measurable(found: Mapping[str, Ensemble], measure: str) -> tuple[dict[str, Ensemble], list[str]]:
    """The ensembles that a pairwise measure can be taken of, and a sentence about each of the others.

    Only ``feature alignment`` needs more than predictions: the network, and the pictures it was asked about.
    """
    able, reasons = {}, []
    for run_id, ensemble in found.items():
        try:
            PAIRWISE[measure](ensemble, ensemble.of_class(None))
        except EsrError as error:
            reasons.append(f"{ensemble.run.label} ({run_id}) has no {measure}: {error}")
        else:
            able[run_id] = ensemble
    return able, reasons


def matrices(found: Mapping[str, Ensemble], measure: str, class_name: str | None) -> dict[str, np.ndarray]:
    """A pairwise measure of each ensemble, (N, N) by run, on the pictures of a class or all of them."""
    return {run_id: PAIRWISE[measure](ensemble, ensemble.of_class(class_name)) for run_id, ensemble in found.items()}


def by_class(found: Mapping[str, Ensemble], measure: str) -> pd.DataFrame:
    """Mean of a pairwise measure over all pairs, class by class: columns run, class, pictures and value."""
    rows = []
    for run_id, ensemble in found.items():
        for name in ensemble.predictions.class_names:
            keep = ensemble.of_class(name)
            value = diversity.mean_pairwise(PAIRWISE[measure](ensemble, keep))
            rows.append((run_id, name, int(keep.sum()), value))
    return pd.DataFrame(rows, columns=["run", "class", "pictures", "value"])


def numbers(ensemble: Ensemble) -> dict[str, float]:
    """Every measure of the whole ensemble by its name in ``diversity_table``; pairwise ones as the mean over pairs."""
    said = ensemble.predictions
    found = diversity.overview(said.classes, said.labels, said.probabilities)
    whole = {name: found[meaning.key] for name, meaning in MEANINGS.items() if meaning.key}
    if said.affect is not None and said.affect_targets is not None:
        affect = diversity.ambiguity_decomposition(said.affect, said.affect_targets)
        whole |= {
            "ensemble's error, affect": affect.ensemble_error,
            "branches' error, affect": affect.branch_error,
            "ambiguity, affect": affect.ambiguity,
        }
    return whole


def kappa_and_error(found: Mapping[str, Ensemble]) -> pd.DataFrame:
    """A row for each pair of branches: columns run, first and second (counted from 1), kappa, error in %."""
    rows = []
    for run_id, ensemble in found.items():
        said = ensemble.predictions
        kappa, error = diversity.cohen_kappa(said.classes), diversity.pair_error(said.classes, said.labels)
        for first, second in zip(*np.triu_indices(len(kappa), k=1), strict=True):
            rows.append((run_id, first + 1, second + 1, kappa[first, second], 100 * error[first, second]))
    return pd.DataFrame(rows, columns=["run", "first", "second", "kappa", "error"])


def beside_annotators(found: Mapping[str, Ensemble]) -> tuple[dict[str, BesideAnnotators], list[str]]:
    """Branches' against annotators' disagreement, of the runs whose prepared set counts votes, and why not of others.

    Runs whose set has no votes are in neither.
    """
    beside: dict[str, BesideAnnotators] = {}
    reasons: dict[str, None] = {}  # each once: many runs share a set
    for run_id, ensemble in found.items():
        try:
            one = _beside_annotators(ensemble)
        except EsrError as error:
            reasons[f"What annotators disagreed on is not known: {error}."] = None
        else:
            beside |= {run_id: one} if one else {}
    return beside, list(reasons)


def _beside_annotators(ensemble: Ensemble) -> BesideAnnotators | None:
    said = ensemble.predictions
    prepared = answers.set_of_run(ensemble.run.run_id)
    votes = prepared.labels.iloc[prepared.rows_of(said.ids)].filter(like=VOTES).fillna(0).to_numpy(dtype=float)
    if not votes.any():
        return None
    points = pd.DataFrame(
        {"entropy": diversity.vote_entropy(votes), "disagreement": 100 * diversity.image_disagreement(said.classes)}
    ).dropna()
    borders = np.quantile(points["entropy"], np.arange(1, STEPS) / STEPS)
    steps = points.groupby(np.digitize(points["entropy"], borders))
    table = steps.mean().assign(pictures=steps.size()).reset_index(drop=True)
    return BesideAnnotators(*diversity.annotator_correlation(said.classes, votes), table)


def _with_a_class(predictions: Predictions) -> Predictions:
    known = predictions.labels >= 0
    if known.all():
        return predictions
    arrays = ("ids", "labels", "logits", "affect_targets", "affect")
    values = {name: getattr(predictions, name) for name in arrays}
    return replace(predictions, **{name: value[known] for name, value in values.items() if value is not None})
