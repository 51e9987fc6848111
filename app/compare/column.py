"""What page Compare knows of one run: a value for each row, or a few words where there is none."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app import answers
from app.compare.comparison_choice import ComparisonChoice
from esr_core.config import NetworkConfig
from esr_core.errors import EsrError, as_sentence
from esr_core.evaluation import diversity_numbers, ensemble_of
from esr_core.explanations import AttributionSettings, FaceMaps
from esr_core.metrics.diversity.measures import PAIRWISE
from esr_core.metrics.scores import SINGLE, VOTE
from esr_core.records import EpochRecord, ParameterCount, RunInfo

PART = "test"
DISAGREEMENT = PAIRWISE["label disagreement"]


@dataclass(frozen=True, slots=True)
class Absent:
    """Why a cell is empty."""

    words: str  # a few, for the cell
    sentence: str = ""  # the whole reason, if it is not said by these


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with its interval, both bounds NaN where there is none."""

    value: float
    low: float = float("nan")
    high: float = float("nan")
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
    """One run."""

    run: RunInfo
    colour: str
    network: NetworkConfig
    parameters: ParameterCount
    traditional: ParameterCount  # of the traditional ensemble of as many branches
    accuracy: Measured | Absent  # of the vote on the test part, in [0, 1]
    disagreement: Measured | Absent  # in labels, mean over pairs of branches, in [0, 1]
    look: Look | Absent
    history: Sequence[EpochRecord] | Absent

    @property
    def reasons(self) -> list[str]:
        """Sentences about its empty cells."""
        cells = (self.accuracy, self.disagreement, self.look, self.history)
        return [cell.sentence for cell in cells if isinstance(cell, Absent) and cell.sentence]


def column(run: RunInfo, network: NetworkConfig, colour: str, choice: ComparisonChoice) -> Column:
    """Everything about a run of this network, its face, class and moment being those of all columns."""
    return Column(
        run=run,
        colour=colour,
        network=network,
        parameters=answers.parameters(network),
        traditional=answers.parameters(network.replace(branching_level=0)),
        accuracy=_accuracy(run),
        disagreement=_disagreement(run, network),
        look=_look(run, network, choice),
        history=_history(run),
    )


def have_the_same_test_part(columns: Sequence[Column]) -> bool:
    """Whether all runs that have a test result were tested on the same pictures."""
    tested = [each.run.run_id for each in columns if isinstance(each.accuracy, Measured)]
    return len({frozenset(answers.predictions(run_id, PART).ids) for run_id in tested}) < 2


def _accuracy(run: RunInfo) -> Measured | Absent:
    if untested := _untested(run):
        return untested
    try:
        evaluation = answers.evaluation(run.run_id, PART)
    except (EsrError, OSError) as error:
        return Absent("no test result", f"{as_sentence(error)}.")
    scores = evaluation.scores.set_index("who")
    row = scores.loc[VOTE if VOTE in scores.index else SINGLE]
    if np.isnan(row["accuracy"]):
        return Absent("no test picture has a class")
    seen = (
        f"{evaluation.num_seen:,} of {int(row['pictures']):,} pictures also learned from" if evaluation.num_seen else ""
    )
    return Measured(row["accuracy"], row["accuracy_low"], row["accuracy_high"], seen)


def _disagreement(run: RunInfo, network: NetworkConfig) -> Measured | Absent:
    if network.num_branches == 1:
        return Absent("n/a: a single branch")
    if untested := _untested(run):
        return untested
    try:
        ensemble = ensemble_of(run, answers.predictions(run.run_id, PART), PART)
    except (EsrError, OSError) as error:
        return Absent("no test result", f"{as_sentence(error)}.")
    return Measured(diversity_numbers(ensemble.predictions, [DISAGREEMENT])[DISAGREEMENT.name])


def _untested(run: RunInfo) -> Absent | None:
    """Why a run has no test part to look at; None where it should have one."""
    if not run.is_over:
        return Absent("still training" if run.status.state == "running" else "waits for its training")
    return None if run.status.state == "finished" else Absent(f"{run.status.state}, not tested")


def _look(run: RunInfo, network: NetworkConfig, choice: ComparisonChoice) -> Look | Absent:
    if choice.crop is None:
        return Absent("no face")
    if run.best is None:
        return Absent("no network yet")
    name, names = choice.class_name, network.class_names
    settings = AttributionSettings(class_idx=names.index(name) if name in names else None)
    try:
        maps = answers.face_maps(run.run_id, choice.crop, settings, choice.checkpoint(run.run_id))
    except (EsrError, OSError) as error:
        return Absent("its network cannot be read", f"{as_sentence(error)}.")
    unknown_class = name if name and name not in names else ""
    return Look(choice.crop, maps, choice.moment(run.run_id), unknown_class)


def _history(run: RunInfo) -> Sequence[EpochRecord] | Absent:
    try:
        return answers.history(run.run_id) or Absent("no validation point yet")
    except (EsrError, OSError) as error:
        return Absent("cannot be read", f"{as_sentence(error)}.")
