"""What a validation point can be asked for: which curves it has a point of, in which unit, under which question."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from esr_core.metrics.diversity.measures import RECORDED, Measure
from esr_core.records import EpochRecord

VALIDATION, TRAINING = "validation", "training"
NEWEST, EARLIER, SHARED, WHOLE = "newest branch", "earlier branches", "shared layers", "whole network"

Series = tuple[int, str, Sequence[float | None]]
"""Branch counted from 1 (0 is the ensemble, or the network), the curve's name, and a value or None for each record."""

Readings = Callable[[Sequence[EpochRecord]], Iterable[Series]]
"""What is read of the records of one phase, at least one, that have the same branches."""

NO_POINT = "The picked runs have no validation point yet; curves appear here as they train."


@dataclass(frozen=True, slots=True)
class TrainingMeasure:
    """A number that is followed over training."""

    key: str  # in names of files
    axis: str  # what it is, with its unit
    question: str
    readings: Readings
    note: str = ""  # how to read the curves
    absent: str = NO_POINT  # what to say where no run has a reading
    is_logarithmic: bool = False
    factor: float = 1.0  # from the unit of records to that of the axis


def _beside_training(validation: str, training: str) -> Readings:
    """All branches on the validation part, and those in training on what they learn from, by the records' fields."""

    def readings(records: Sequence[EpochRecord]) -> Iterator[Series]:
        yield from ((branch, VALIDATION, values) for branch, values in _by_branch(records, validation))
        learned = _by_branch(records, training)
        yield from ((branch, TRAINING, values) for branch, values in learned if records[0].branch in (0, branch))

    return readings


def _by_branch(records: Sequence[EpochRecord], field: str) -> Iterable[tuple[int, Sequence[float | None]]]:
    return enumerate(zip(*map(attrgetter(field), records), strict=True), start=1)


def _of_the_network(name: str, field: str) -> Readings:
    return lambda records: [(0, name, [getattr(record, field) for record in records])]


def _rates(records: Sequence[EpochRecord]) -> Iterator[Series]:
    parts = {NEWEST: "learning_rate", EARLIER: "trained_branch_learning_rate", SHARED: "shared_learning_rate"}
    for part, field in parts.items():  # what is frozen, and 0, is on no logarithmic axis
        yield 0, part, [getattr(record, field) or None for record in records]


def _diversity(measure: Measure) -> TrainingMeasure:
    def readings(records: Sequence[EpochRecord]) -> Iterable[Series]:
        return [(0, VALIDATION, [(record.diversity or {}).get(measure.key) for record in records])]

    direction = f" More diverse where it is {measure.more_diverse}." if measure.more_diverse else ""
    return TrainingMeasure(
        measure.key.replace("_", "-"),
        measure.name,
        "How diverse are the branches after so many epochs?",
        readings,
        f"On the validation part; {measure.meaning}.{direction}",
        "No picked run has recorded this with two branches yet; older runs recorded disagreement at most.",
    )


BESIDE = (
    "Solid on the validation part; dashed on the training pictures, augmented, on average since the point before. "
    "Where the dashed line goes on getting better and the solid one does not, a branch learns its pictures by heart."
)
MEASURES: Mapping[str, TrainingMeasure] = {
    "accuracy": TrainingMeasure(
        "accuracy",
        "accuracy, %",
        "How accurate is each branch after so many epochs?",
        _beside_training("accuracy", "training_accuracy"),
        BESIDE,
        factor=100,
    ),
    "ensemble accuracy": TrainingMeasure(
        "ensemble-accuracy",
        "accuracy of the vote, %",
        "How accurate is the vote after so many epochs?",
        _of_the_network(VALIDATION, "ensemble_accuracy"),
        factor=100,
    ),
    "loss": TrainingMeasure(
        "loss",
        "loss",
        "How large is each branch's loss after so many epochs?",
        _beside_training("loss", "training_loss"),
        BESIDE,
    ),
    "learning rate": TrainingMeasure(
        "learning-rate",
        "learning rate",
        "How large are the steps of each part?",
        _rates,
        "Solid: the branch in training; dashed: earlier branches; dotted: shared layers. What is frozen has none.",
        is_logarithmic=True,
    ),
    "speed": TrainingMeasure(
        "speed",
        "pictures per second",
        "How fast does it learn?",
        _of_the_network(WHOLE, "images_per_second"),
        "Since the point before, without validation.",
    ),
    "memory": TrainingMeasure(
        "memory",
        "memory of the card, GB",
        "How much memory does it take?",
        _of_the_network(WHOLE, "device_memory_bytes"),
        "The most so far, in 1e9 bytes.",
        absent="No picked run has recorded its memory: only trainings on a CUDA card do.",
        factor=1e-9,
    ),
}
DIVERSITY: Mapping[str, TrainingMeasure] = {name: _diversity(measure) for name, measure in RECORDED.items()}
