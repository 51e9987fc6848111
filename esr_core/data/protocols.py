"""Which pictures train, validate and test: pure functions of labels, seed and settings.

Source: paper, "Methodology" of the redundancy and diversity analysis.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from esr_core.config import ProtocolConfig
from esr_core.errors import DataError

NUM_FOLDS = 10
OFFICIAL_PARTS = ("train", "validation", "test")


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Sample indices of each part; the training part in folds, so that branches can leave one out."""

    training: tuple[np.ndarray, ...]
    validation: np.ndarray
    test: np.ndarray

    def among(self, indices: np.ndarray) -> "Parts":
        """The same parts where picture i is number ``indices[i]`` of a larger table."""
        training = tuple(indices[fold] for fold in self.training)
        validation = indices[self.validation]
        return Parts(training, validation, validation if self.test is self.validation else indices[self.test])

    def only(self, keep: np.ndarray, what: str) -> "Parts":
        """The same parts without pictures that ``keep``, bool over the whole table, leaves out.

        Raises:
            DataError: if a part has none left; the message says which and what they had to be.
        """
        training = tuple(fold[keep[fold]] for fold in self.training)
        validation = self.validation[keep[self.validation]]
        test = validation if self.test is self.validation else self.test[keep[self.test]]
        for name, size in (("training", sum(map(len, training))), ("validation", len(validation)), ("test", len(test))):
            if size == 0:
                raise DataError(f"the {name} part has no pictures that are {what}")
        return Parts(training, validation, test)


def ten_fold(subjects: Sequence[Hashable], training_folds: int = 4) -> tuple[Parts, ...]:
    """Subject-independent 10-fold cross-validation as in the paper.

    Subjects in order are dealt to ten folds in turn. Trial t tests on fold t, validates on the next one (cyclic) and
    trains on the first ``training_folds`` of the others, in order.

    Args:
        subjects: the person on each picture, (B,); sortable.
        training_folds: 1-8; the paper has 4.

    Returns:
        Ten trials.

    Raises:
        DataError: if there are fewer than ten subjects.
    """
    people = sorted(set(subjects))  # type: ignore[type-var]  # hashable and sortable: strings or numbers
    if len(people) < NUM_FOLDS:
        raise DataError(f"ten folds need at least {NUM_FOLDS} subjects, got {len(people)}")
    fold_of = {person: position % NUM_FOLDS for position, person in enumerate(people)}
    return _trials(np.array([fold_of[person] for person in subjects]), training_folds)


def choose_parts(labels: pd.DataFrame, protocol: ProtocolConfig, class_names: Sequence[str], seed: int = 0) -> Parts:
    """The parts of one run.

    Args:
        labels: columns ``subject``, ``split`` and ``emotion`` of a prepared set, a row per picture.
        protocol: what to do; ``auto`` takes the owners' split where there is one, else subject folds where at least
            ten subjects are known, else random folds. A split or subjects that some pictures lack are refused rather
            than passed over: the pictures that have them were meant to be kept apart.
        class_names: what the values of ``emotion`` stand for.
        seed: of ``random-folds``.

    Raises:
        DataError: if a part is empty, a class is missing from training, a subject is in two parts or the labels lack
            what the protocol needs.
    """
    labelled = np.flatnonzero(labels["emotion"].notna())  # the others are in no part
    parts = _divide(labels.iloc[labelled], protocol, seed).among(labelled)
    _require_usable(parts, labels, class_names)
    if protocol_kind(labels, protocol) == "official":
        _require_labelled(labels["split"].iloc[labelled], labels["split"])
    return parts


def protocol_kind(labels: pd.DataFrame, protocol: ProtocolConfig) -> str:
    """The protocol's kind; ``auto`` is the first that labels allow: the split, subject folds, else random folds.

    Raises:
        DataError: if ``auto`` finds subjects, but too few, and no split.
    """
    if protocol.kind != "auto":
        return protocol.kind
    if labels["split"].notna().any():
        return "official"
    num_subjects = labels["subject"].nunique()
    if 0 < num_subjects < NUM_FOLDS:
        raise DataError(
            f"protocol auto needs a split for every picture or at least {NUM_FOLDS} subjects, so that nobody is in two "
            f"parts; got no split and {num_subjects} subjects"
        )
    return "subject-folds" if num_subjects else "random-folds"


def _require_labelled(labelled: pd.Series, split: pd.Series) -> None:
    """A part of the owners' that has pictures, but none with a class, is not replaced by another."""
    for part in OFFICIAL_PARTS[1:]:
        if (split == part).any() and not (labelled == part).any():
            raise DataError(f"the {part} part has no pictures with a class")


def _divide(labels: pd.DataFrame, protocol: ProtocolConfig, seed: int) -> Parts:
    known = labels["subject"].notna().all()
    kind = protocol_kind(labels, protocol)
    if kind == "official":
        return _official(labels, protocol.training_folds, seed)
    if kind == "random-folds":
        return _trials(_random_folds(labels["emotion"].to_numpy(dtype=np.int64), seed), protocol.training_folds)[
            protocol.fold
        ]
    if not known:
        raise DataError("protocol subject-folds needs the subject of every picture, got pictures without one")
    return ten_fold(labels["subject"].tolist(), protocol.training_folds)[protocol.fold]


def _trials(fold_of: np.ndarray, training_folds: int) -> tuple[Parts, ...]:
    folds = [np.flatnonzero(fold_of == fold) for fold in range(NUM_FOLDS)]
    trials = []
    for test in range(NUM_FOLDS):
        validation = (test + 1) % NUM_FOLDS
        others = [folds[fold] for fold in range(NUM_FOLDS) if fold not in (test, validation)]
        trials.append(Parts(tuple(others[:training_folds]), folds[validation], folds[test]))
    return tuple(trials)


def _random_folds(emotions: np.ndarray, seed: int) -> np.ndarray:
    """A fold for each picture: every class is shuffled, and the classes one after another are dealt in turn."""
    order = np.random.default_rng(seed).permutation(len(emotions))
    by_class = order[np.argsort(emotions[order], kind="stable")]
    fold_of = np.empty(len(emotions), dtype=np.int64)
    fold_of[by_class] = np.arange(len(emotions)) % NUM_FOLDS
    return fold_of


def _official(labels: pd.DataFrame, training_folds: int, seed: int) -> Parts:
    """The owners' parts; the training part shuffled into folds.

    Where the owners publish no validation part, as with FER-2013 on Kaggle, a tenth of the training part validates.

    Where the owners publish no test part, as with AffectNet, their validation part is the test part as well (paper,
    "Facial Expression Recognition in the Wild"): the best ensemble is chosen on what it is then reported on.
    """
    split = labels["split"]
    outside = split[~split.isin(OFFICIAL_PARTS)]
    if len(outside):
        raise DataError(
            f"protocol official needs split to be one of {list(OFFICIAL_PARTS)} for every picture, "
            f"got {outside.fillna('none').iloc[0]} for {len(outside)} of {len(split)}"
        )
    train, validation, test = (np.flatnonzero(split == part) for part in OFFICIAL_PARTS)
    if len(test) and not len(validation):
        aside = _tenth(labels.iloc[train], seed)
        train, validation = train[~aside], train[aside]
    shuffled = np.random.default_rng(seed).permutation(train)
    folds = tuple(np.sort(fold) for fold in np.array_split(shuffled, training_folds))
    return Parts(folds, validation, test if len(test) else validation)


def _tenth(labels: pd.DataFrame, seed: int) -> np.ndarray:
    """Whether a picture is in a random tenth, bool: of the people where all are known, else of each class."""
    if labels["subject"].isna().any():
        return _random_folds(labels["emotion"].to_numpy(dtype=np.int64), seed) == 0
    people = np.random.default_rng(seed).permutation(sorted(set(labels["subject"])))
    return labels["subject"].isin(people[: -(-len(people) // NUM_FOLDS)]).to_numpy(dtype=bool)


def _require_usable(parts: Parts, labels: pd.DataFrame, class_names: Sequence[str]) -> None:
    training = np.concatenate(parts.training)
    named = {"training": training, "validation": parts.validation, "test": parts.test}
    for name, indices in named.items():
        if len(indices) == 0:
            raise DataError(f"the {name} part has no pictures")
    present = set(labels["emotion"].to_numpy()[training].tolist())
    missing = [name for index, name in enumerate(class_names) if index not in present]
    if missing:
        raise DataError(f"the training part has no picture of {', '.join(missing)}")
    people = {name: set(labels["subject"].iloc[indices].dropna()) for name, indices in named.items()}
    for first, second in (("training", "validation"), ("training", "test"), ("validation", "test")):
        if named[first] is named[second]:
            continue  # no test part of its own
        if shared := sorted(people[first] & people[second]):
            raise DataError(f"subject {shared[0]} is in two parts, {first} and {second}")
