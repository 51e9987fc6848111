"""What page Compare knows of one run or group: a value for each row, or a few words where there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app import answers
from app.compare.comparison_choice import ComparisonChoice
from app.shell.compared import Compared
from esr_core.errors import EsrError, as_sentence
from esr_core.evaluation import ACCURACY
from esr_core.explanations import AttributionSettings, FaceMaps
from esr_core.metrics import Estimate
from esr_core.metrics.diversity.measures import PAIRWISE
from esr_core.records import EpochRecord, ParameterCount

PART = "test"
DISAGREEMENT = PAIRWISE["label disagreement"]


@dataclass(frozen=True, slots=True)
class Absent:
    """Why a cell is empty."""

    words: str  # a few, for the cell
    sentence: str = ""  # the whole reason, if it is not said by these


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with its interval, and what is to be known of both."""

    estimate: Estimate
    remark: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a run says of the face."""

    picture: np.ndarray  # the face, uint8 RGB (96, 96, 3)
    maps: FaceMaps
    moment: str  # when in training, in words; empty where all runs show their best weights
    unknown_class: str  # that was chosen and the run lacks; else empty


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One run or group."""

    about: Compared
    parameters: ParameterCount
    traditional: ParameterCount  # of the traditional ensemble of as many branches
    accuracy: Measured | Absent  # of the vote on the test part, in [0, 1]
    disagreement: Measured | Absent  # in labels, mean over pairs of branches, in [0, 1]
    histories: Sequence[Sequence[EpochRecord]] | Absent  # of each trial
    look: Look | Absent = Absent("no face")

    @property
    def saved(self) -> float:
        """Share of the traditional ensemble's parameters that is saved."""
        return 1 - self.parameters.total / self.traditional.total

    @property
    def best(self) -> float | None:
        """Accuracy of the vote on the validation part at its best, in [0, 1], mean over trials; None before any."""
        votes = [run.best.ensemble_accuracy for run in self.about.runs if run.best]
        return sum(votes) / len(votes) if votes else None

    @property
    def reasons(self) -> list[str]:
        """Sentences about its empty cells."""
        cells = (self.accuracy, self.disagreement, self.look, self.histories)
        return [cell.sentence for cell in cells if isinstance(cell, Absent) and cell.sentence]


def column(about: Compared) -> Column:
    """Everything about a run or group but what it says of a face."""
    return Column(
        about=about,
        parameters=answers.parameters(about.network),
        traditional=answers.parameters(about.network.replace(branching_level=0)),
        accuracy=_tested(about, _accuracy),
        disagreement=_disagreement(about),
        histories=_histories(about),
    )


def looking(shown: Column, choice: ComparisonChoice) -> Column:
    """The same run or group, and what it says of the face, the class and the moment of all columns."""
    return replace(shown, look=_look(shown.about, choice))


def _accuracy(about: Compared) -> Measured:
    if about.group:
        return Measured(answers.quality_of_group(about.group, ACCURACY.name), f"mean of {len(about.runs)} trials")
    evaluation = answers.evaluation(about.run.run_id, PART)
    num_seen, num_pictures = evaluation.num_seen, evaluation.scores["pictures"].max()
    seen = f"{num_seen:,} of {num_pictures:,} pictures also learned from" if num_seen else ""
    return Measured(evaluation.accuracy, seen)


def _disagreement(about: Compared) -> Measured | Absent:
    def measured(about: Compared) -> Measured:
        if about.group:
            return Measured(answers.quality_of_group(about.group, DISAGREEMENT.name))
        return Measured(answers.quality(about.run.run_id, DISAGREEMENT.name))

    return Absent("n/a: a single branch") if about.network.num_branches == 1 else _tested(about, measured)


def _tested(about: Compared, measure: Callable[[Compared], Measured]) -> Measured | Absent:
    """What is measured on the test part, or why it cannot be."""
    status = about.run.status
    if not about.run.is_over:
        return Absent("still training" if status.state == "running" else "waits for its training")
    if status.state != "finished":
        return Absent(f"{status.state}, not tested")
    try:
        measured = measure(about)
    except (EsrError, OSError) as error:
        return Absent("no test result", f"{as_sentence(error)}.")
    return Absent("no test picture has a class") if np.isnan(measured.estimate.value) else measured


def _look(about: Compared, choice: ComparisonChoice) -> Look | Absent:
    if choice.crop is None:
        return Absent("no face")
    if about.run.best is None:
        return Absent("no network yet")
    run_id, name, names = about.run.run_id, choice.class_name, about.network.class_names
    settings = AttributionSettings(class_idx=names.index(name) if name in names else None)
    try:
        maps = answers.face_maps(run_id, choice.crop, settings, choice.checkpoint(run_id))
    except (EsrError, OSError) as error:
        return Absent("its network cannot be read", f"{as_sentence(error)}.")
    return Look(choice.crop, maps, choice.moment(run_id), name if name and name not in names else "")


def _histories(about: Compared) -> Sequence[Sequence[EpochRecord]] | Absent:
    try:
        histories = [answers.history(run.run_id) for run in about.runs]
    except (EsrError, OSError) as error:
        return Absent("cannot be read", f"{as_sentence(error)}.")
    return histories if any(histories) else Absent("no validation point yet")
