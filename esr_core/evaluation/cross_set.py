"""What a stored run is worth on a prepared set that it was not trained on.

Source: paper, "Facial Expression Recognition in the Wild" (cross-dataset evaluation of ESR-9 on FER+).
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from esr_core.errors import RunNotFoundError
from esr_core.evaluation.asking import Pictures
from esr_core.evaluation.class_join import ClassJoin, JoinRules, join_classes, joined
from esr_core.evaluation.people import people_in
from esr_core.evaluation.report import Evaluation, measured
from esr_core.metrics import Predictions
from esr_core.run_store import RunStore

PART_NAMES = {"test": "test part", "validation": "validation part", "train": "training part"}


@dataclass(frozen=True, slots=True, eq=False)
class CrossEvaluation:
    """A run on another set."""

    evaluation: Evaluation
    predictions: Predictions  # in the classes of both sides, see ``joined``
    notes: tuple[str, ...]  # sentences: which pictures, which classes, what of them was trained on


def evaluate_cross_set(
    store: RunStore, run_id: str, pictures: Pictures, logits: Predictions, rules: JoinRules
) -> CrossEvaluation:
    """Measure a stored run by its logits of pictures of any prepared set.

    Args:
        store: of the run.
        run_id: its name.
        pictures: B of one prepared set.
        logits: (B, N, C) in the classes of the network.
        rules: for classes that network or set lacks.

    Returns:
        Measures as ``evaluate`` gives them; who is on the pictures is read from their own set.

    Raises:
        DataError: if network and set cannot be joined, see ``join_classes`` and ``joined``.
        DamagedRunError: if the run was trained on this set, and does not say on which pictures.
    """
    join = join_classes(logits.class_names, pictures.prepared.card.class_names)
    predictions = joined(logits, pictures.labels, join, rules)
    people = people_in(pictures.prepared.labels.iloc[pictures.prepared.rows_of(predictions.ids)])
    notes = [_which_pictures(pictures), *_class_notes(join, rules, pictures)]
    notes += _training_notes(store, run_id, pictures)
    return CrossEvaluation(measured(store.info(run_id), predictions, people), predictions, tuple(notes))


def _which_pictures(pictures: Pictures) -> str:
    card, count = pictures.prepared.card, f"{len(pictures.rows):,} pictures"
    which = f"the {count} of its {PART_NAMES[pictures.part]}" if pictures.part in PART_NAMES else f"all {count}"
    return f"measured on {card.title}, {which} that have a class; fingerprint {card.fingerprint[:12]}"


def _class_notes(join: ClassJoin, rules: JoinRules, pictures: Pictures) -> Iterator[str]:
    yield f"classes of both network and set: {', '.join(join.shared)}"
    if join.unknown:
        unknown = [label for label, name in enumerate(join.set_names) if name in join.unknown]
        count = int(np.isin(pictures.labels, unknown).sum())
        consequence = "left out" if rules.unknown_classes == "leave-out" else "counted as wrong"
        yield f"classes that the network lacks: {', '.join(join.unknown)}; pictures of them: {count:,}, {consequence}"
    if join.untested:
        consequence = "to answer one is wrong" if rules.answers == "all" else "they are no possible answer here"
        yield f"classes that the set lacks: {', '.join(join.untested)}; {consequence}"


def _training_notes(store: RunStore, run_id: str, pictures: Pictures) -> Iterator[str]:
    """One sentence if this set trained the run, or a run that it started from."""
    of_this_set = [
        name
        for name in _ancestry(store, run_id)
        if store.environment(name).get("data_fingerprint") == pictures.prepared.card.fingerprint
    ]
    if of_this_set:
        training = {name for run_id in of_this_set for name in store.parts(run_id)["training"]}
        count = len(training.intersection(pictures.ids))
        of_these = f"and on {count:,} of these pictures" if count else "but on none of these pictures"
        yield f"the network was trained on this set, {of_these}"


def _ancestry(store: RunStore, run_id: str) -> Iterator[str]:
    """The run, the one that it started from, and so on as far as they are still stored."""
    name: str | None = run_id
    with suppress(RunNotFoundError):
        while name is not None:
            start = store.config(name).start
            yield name
            name = start.run_id if start else None
