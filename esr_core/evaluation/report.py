"""Everything that is measured of one run on one part."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from esr_core.data.data_record import DataRecord, absent_set
from esr_core.data.location import locate_set
from esr_core.errors import DataError
from esr_core.evaluation.people import People, people_of
from esr_core.evaluation.seen import SeenPictures
from esr_core.metrics import Estimate, Predictions, Reliability, confusion_counts, confusion_shares, reliability
from esr_core.metrics.scores import (
    absent_classes,
    accuracy_by_attribute,
    affect_table,
    of_the_vote,
    score_table,
    verdicts,
)
from esr_core.records import RunInfo

NONE_SEEN = SeenPictures()


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What a run's predictions are worth; tables as :mod:`esr_core.metrics.scores` gives them."""

    run: RunInfo
    class_names: tuple[str, ...]
    absent: list[str]  # classes that no picture is of
    scores: pd.DataFrame  # a row for each branch, the vote and the mean probability
    affect: pd.DataFrame  # no rows where affect is not the task
    confusions: dict[str, np.ndarray]  # counts (C, C) of each of the same
    reliability: Reliability  # of the mean probability
    attributes: pd.DataFrame  # accuracy of the vote by what is known of subjects; no rows where nothing is
    drawn: str  # what intervals draw: "12 subjects", or "96 pictures" where it is not known who is on them
    problem: str  # why it is not known, as one sentence; empty where the labels can be read
    unseen: pd.DataFrame  # ``scores`` without pictures that were also learned from; no rows where none was
    num_seen: int  # pictures that were also learned from
    seen_problem: str  # why it is not known which were, as one sentence; empty where it is
    subjects: np.ndarray | None  # who is on each picture (B,); None where that is not known

    @property
    def accuracy(self) -> Estimate:
        """Accuracy of the vote in [0, 1] with its 95 % interval; of a single network its own."""
        row = of_the_vote(self.scores)
        return Estimate(row["accuracy"], row["accuracy_low"], row["accuracy_high"])

    @property
    def recalls(self) -> pd.DataFrame:
        """How often pictures of each class are recognised.

        Returns:
            A row per class: ``class``, ``pictures`` and the recall of each verdict by its name, in [0, 1], NaN where no
            picture is of the class.
        """
        pictures = next(iter(self.confusions.values())).sum(axis=1)
        shares = {name: np.diagonal(confusion_shares(counts)) for name, counts in self.confusions.items()}
        return pd.DataFrame({"class": self.class_names, "pictures": pictures} | shares)

    def confusion_table(self, who: str) -> pd.DataFrame:
        """What one verdict takes for what.

        Args:
            who: of the rows of ``scores``.

        Returns:
            A row per pair of classes: ``labelled``, ``predicted``, ``pictures`` and ``share`` of the labelled class in
            %, NaN where no picture is of it.
        """
        counts = self.confusions[who]
        labelled, predicted = np.indices(counts.shape).reshape(2, -1)
        names = np.array(self.class_names, dtype=object)
        shares = 100 * confusion_shares(counts)
        return pd.DataFrame(
            {
                "labelled": names[labelled],
                "predicted": names[predicted],
                "pictures": counts.ravel(),
                "share": shares.ravel(),
            }
        )


def evaluate(
    run: RunInfo, predictions: Predictions, seen: SeenPictures = NONE_SEEN, data: DataRecord | None = None
) -> Evaluation:
    """Measure a run by its predictions; its prepared set is asked who is on the pictures, and may be gone.

    Args:
        run: a readable one.
        predictions: of one of its parts.
        seen: those of the pictures that it also learned from.
        data: what the run keeps of its prepared set, to say how it is made where it is gone.
    """
    people, problem = _people(run, predictions, data)
    return measured(run, predictions, people, problem, seen)


def measured(
    run: RunInfo, predictions: Predictions, people: People, problem: str = "", seen: SeenPictures = NONE_SEEN
) -> Evaluation:
    """Measure a run by predictions of pictures of these people; ``problem`` says why it is not known who they are."""
    labelled = predictions.labels >= 0
    labels, num_classes = predictions.labels[labelled], len(predictions.class_names)
    is_seen = pd.Series(predictions.ids).astype(str).isin(seen.ids).to_numpy(dtype=bool)
    given = {name: classes[labelled] for name, classes in verdicts(predictions).items()}
    return Evaluation(
        run=run,
        class_names=predictions.class_names,
        absent=absent_classes(predictions),
        scores=score_table(predictions, people.subjects),
        affect=affect_table(predictions),
        confusions={name: confusion_counts(classes, labels, num_classes) for name, classes in given.items()},
        reliability=reliability(predictions.mean_probability[labelled], labels),
        attributes=_by_attribute(predictions, people),
        drawn=_drawn(predictions, people),
        problem=problem,
        unseen=_without(predictions, people, is_seen),
        num_seen=int(is_seen.sum()),
        seen_problem=seen.problem,
        subjects=people.subjects,
    )


def _without(predictions: Predictions, people: People, is_seen: np.ndarray) -> pd.DataFrame:
    """Scores over the pictures that were not learned from; no rows where that is all of them."""
    if not is_seen.any():
        return pd.DataFrame()
    subjects = None if people.subjects is None else people.subjects[~is_seen]
    return score_table(predictions.where(~is_seen), subjects)


def _people(run: RunInfo, predictions: Predictions, data: DataRecord | None) -> tuple[People, str]:
    """Who is on the pictures, or why that is not known."""
    if run.config is None:
        return People(), ""
    folder = locate_set(run.config)
    if reason := absent_set(data, folder):
        return People(), reason
    try:
        return people_of(predictions, folder), ""
    except DataError as error:
        return People(), str(error)


def _drawn(predictions: Predictions, people: People) -> str:
    if people.subjects is None:
        return f"{len(predictions.ids):,} pictures"
    return f"{len(set(people.subjects)):,} subjects"


def _by_attribute(predictions: Predictions, people: People) -> pd.DataFrame:
    subjects = predictions.ids if people.subjects is None else people.subjects
    return accuracy_by_attribute(predictions.vote.predictions == predictions.labels, people.attributes, subjects)
