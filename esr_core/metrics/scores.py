"""Every measure of one ensemble's predictions, as tables: of its branches, its vote and its mean probability."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from esr_core.emotions import AFFECT
from esr_core.errors import MetricError
from esr_core.metrics.accuracy import accuracy
from esr_core.metrics.affect import affect_ccc, affect_pearson, affect_rmse
from esr_core.metrics.calibration import reliability
from esr_core.metrics.classification import class_scores
from esr_core.metrics.intervals import mean_interval
from esr_core.metrics.predictions import Predictions
from esr_core.metrics.voting import ENSEMBLE_RULES, MEAN_PROBABILITY, PLURALITY_VOTE, EnsembleRule

VOTE, MEAN, SINGLE = PLURALITY_VOTE.name, MEAN_PROBABILITY.name, "single network"
AFFECT_MEAN = "mean of branches"
CLASS_MEASURES = (
    "accuracy",  # of the vote, as are those that do not say of what
    *(f"accuracy of the {rule.name}" for rule in ENSEMBLE_RULES[1:]),
    "mean accuracy of branches",
    "balanced accuracy",
    "macro F1",
    "calibration error",  # of the mean probability
)
AFFECT_MEASURES = {
    f"{name} {dimension}": f"{name.lower()}_{dimension}" for name in ("RMSE", "CCC", "Pearson") for dimension in AFFECT
}
MEASURES = (*CLASS_MEASURES, *AFFECT_MEASURES)
"""Names of what groups of runs are compared by."""


def verdict_order(names: pd.Series) -> pd.Series:
    """Numbers by which names of verdicts sort: branches in their order, then single networks, then the rules."""
    numbers = names.str.extract(r"^branch (\d+)$")[0].astype(float)
    last = [SINGLE, *(rule.name for rule in ENSEMBLE_RULES)]
    return numbers.fillna(names.map({name: 1e6 + place for place, name in enumerate(last)}))


def verdicts(predictions: Predictions, rules: Sequence[EnsembleRule] = ENSEMBLE_RULES) -> dict[str, np.ndarray]:
    """The class that each branch and each of the ensemble's rules gives every picture, (B,) by name.

    A single network has one verdict, its own: every rule gives the same.
    """
    if predictions.classes.shape[1] == 1:
        return {SINGLE: predictions.classes[:, 0]}
    branches = {f"branch {number}": classes for number, classes in enumerate(predictions.classes.T, start=1)}
    return branches | {rule.name: rule.decide(predictions.logits) for rule in rules}


def score_table(predictions: Predictions, subjects: np.ndarray | None = None) -> pd.DataFrame:
    """How good each verdict is; over the pictures that have a class.

    Args:
        predictions: of one ensemble.
        subjects: who is on each picture (B,); None where that is not known. See :func:`mean_interval`.

    Returns:
        A row per verdict: ``who``, ``pictures``, ``accuracy`` with its 95 % interval ``accuracy_low`` and
        ``accuracy_high``, ``balanced_accuracy``, ``macro_f1``, ``calibration_error``, all in [0, 1]; NaN where not
        defined, as the calibration error of a vote, which gives no probability.
    """
    labelled = predictions.labels >= 0
    is_right = np.column_stack(list(verdicts(predictions).values())) == predictions.labels[:, None]  # (B, verdicts)
    bounds = mean_interval(is_right[labelled], None if subjects is None else subjects[labelled])
    table = _scores(predictions)
    place = table.columns.get_loc("accuracy") + 1
    for offset, name in enumerate(("accuracy_low", "accuracy_high")):
        table.insert(place + offset, name, bounds[:, offset])
    return table


def _scores(predictions: Predictions) -> pd.DataFrame:
    """What ``score_table`` gives, without intervals."""
    labelled = predictions.labels >= 0
    labels, num_classes = predictions.labels[labelled], len(predictions.class_names)
    errors = {name: reliability(p[labelled], labels).expected_error for name, p in confidences(predictions).items()}
    rows = []
    for name, classes in verdicts(predictions).items():
        scores = class_scores(classes[labelled], labels, num_classes)
        rows.append(
            {
                "who": name,
                "pictures": len(labels),
                "accuracy": accuracy(classes[labelled], labels),
                "balanced_accuracy": scores.balanced_accuracy,
                "macro_f1": scores.macro_f1,
                "calibration_error": errors.get(name, np.nan),
            }
        )
    return pd.DataFrame(rows)


def of_the_vote(table: pd.DataFrame) -> pd.Series:
    """The row of ``score_table`` that is the vote's; of a single network its own."""
    by_name = table.set_index("who")
    return by_name.loc[VOTE if VOTE in by_name.index else SINGLE]


def confidences(predictions: Predictions) -> dict[str, np.ndarray]:
    """The probabilities (B, C) behind each verdict that has some, by its name."""
    if predictions.classes.shape[1] == 1:
        return {SINGLE: predictions.mean_probability}
    branches = np.moveaxis(predictions.probabilities, 1, 0)
    named = {f"branch {number}": probabilities for number, probabilities in enumerate(branches, start=1)}
    with_some = {rule.name: rule.probabilities for rule in ENSEMBLE_RULES if rule.probabilities}
    return named | {name: probabilities(predictions.logits) for name, probabilities in with_some.items()}


def absent_classes(predictions: Predictions) -> list[str]:
    """Names of the classes that no picture is of: they have no recall, and no part in means over classes."""
    present = set(predictions.labels.tolist())
    return [name for index, name in enumerate(predictions.class_names) if index not in present]


def affect_table(predictions: Predictions) -> pd.DataFrame:
    """How good each branch's valence and arousal are, and their mean's.

    Returns:
        A row per branch and one of the mean: ``who``, ``pictures``, and of each measure ``<measure>_valence`` and
        ``<measure>_arousal``: ``rmse``, ``ccc``, ``pearson``; no rows where affect is not the task.
    """
    measures = {"rmse": affect_rmse, "ccc": affect_ccc, "pearson": affect_pearson}
    columns = [f"{measure}_{dimension}" for measure in measures for dimension in AFFECT]
    rows = []
    if predictions.affect is not None and predictions.affect_targets is not None:
        targets = predictions.affect_targets
        branches = np.moveaxis(predictions.affect, 1, 0)
        given = {f"branch {number}": said for number, said in enumerate(branches, start=1)}
        given[AFFECT_MEAN] = predictions.affect.mean(axis=1)
        for name, said in ({SINGLE: branches[0]} if len(branches) == 1 else given).items():
            values = np.concatenate([measure(said, targets) for measure in measures.values()])
            rows.append({"who": name, "pictures": len(targets), **dict(zip(columns, values, strict=True))})
    return pd.DataFrame(rows, columns=["who", "pictures", *columns])


def accuracy_by_attribute(
    is_right: np.ndarray, attributes: Mapping[str, np.ndarray], subjects: np.ndarray
) -> pd.DataFrame:
    """How often pictures of each kind of people are recognised.

    Args:
        is_right: whether each picture's prediction is the labelled class, bool (B,).
        attributes: by name what each picture's subject is, text (B,); None where that is not known.
        subjects: who is on each picture (B,).

    Returns:
        A row per attribute and value: ``attribute``, ``value``, ``pictures``, ``subjects``, ``accuracy`` with its
        95 % interval ``accuracy_low`` and ``accuracy_high`` over subjects, NaN with fewer than two.

    Raises:
        MetricError: if the arrays are not all (B,).
    """
    rows = []
    for attribute, values in attributes.items():
        if not values.shape == subjects.shape == is_right.shape:
            raise MetricError(
                f"is_right, subjects and {attribute} must be (B,), "
                f"got {is_right.shape}, {subjects.shape} and {values.shape}"
            )
        for value in sorted({value for value in values.tolist() if value is not None}):
            there = values == value
            ((low, high),) = mean_interval(is_right[there, None], subjects[there])
            rows.append(
                {
                    "attribute": attribute,
                    "value": value,
                    "pictures": int(there.sum()),
                    "subjects": len(np.unique(subjects[there])),
                    "accuracy": is_right[there].mean(),
                    "accuracy_low": low,
                    "accuracy_high": high,
                }
            )
    columns = ["attribute", "value", "pictures", "subjects", "accuracy", "accuracy_low", "accuracy_high"]
    return pd.DataFrame(rows, columns=columns)


def measures(predictions: Predictions) -> dict[str, float]:
    """What an ensemble scores in one trial, by the names that groups are compared by.

    Returns:
        A value for each of MEASURES; those of valence and arousal are the branches' mean's, and NaN where affect is not
        the task.
    """
    table = _scores(predictions).set_index("who")
    by_rule = {rule.name: table.loc[rule.name if rule.name in table.index else SINGLE] for rule in ENSEMBLE_RULES}
    vote = by_rule[VOTE]
    affect = affect_table(predictions)
    return {
        "accuracy": float(vote["accuracy"]),
        **{f"accuracy of the {rule.name}": float(by_rule[rule.name]["accuracy"]) for rule in ENSEMBLE_RULES[1:]},
        "mean accuracy of branches": float(table.drop(index=[*by_rule], errors="ignore")["accuracy"].mean()),
        "balanced accuracy": float(vote["balanced_accuracy"]),
        "macro F1": float(vote["macro_f1"]),
        "calibration error": float(by_rule[MEAN]["calibration_error"]),
    } | {name: np.nan if affect.empty else float(affect[column].iloc[-1]) for name, column in AFFECT_MEASURES.items()}
