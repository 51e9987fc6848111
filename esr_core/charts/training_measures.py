"""What a validation point can be asked for: which curves it has a point of, in which unit, under which question."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from esr_core.metrics.diversity.measures import RECORDED, Measure
from esr_core.records import EpochRecord

VALIDATION, TRAINING = "validation", "training"
NEWEST, EARLIER, SHARED, WHOLE = "newest branch", "earlier branches", "shared layers", "whole network"

Reading = tuple[int, str, float]
"""Branch counted from 1 (0 is the ensemble, or the network), the curve's name, and the value."""

NO_POINT = "The picked runs have no validation point yet; curves appear here as they train."


@dataclass(frozen=True, slots=True)
class TrainingMeasure:
    """A number that is followed over training."""

    key: str  # in names of files
    axis: str  # what it is, with its unit
    question: str
    readings: Callable[[EpochRecord], Iterable[Reading]]
    note: str = ""  # how to read the curves
    absent: str = NO_POINT  # what to say where no run has a reading
    is_logarithmic: bool = False


def _accuracy(record: EpochRecord) -> Iterable[Reading]:
    return _beside_training(record, record.accuracy, record.training_accuracy, 100)


def _loss(record: EpochRecord) -> Iterable[Reading]:
    return _beside_training(record, record.loss, record.training_loss, 1)


def _beside_training(
    record: EpochRecord, validation: Iterable[float], training: Iterable[float | None], factor: float
) -> Iterable[Reading]:
    """All branches on the validation part, and the branch in training on what it learns from."""
    yield from ((branch, VALIDATION, factor * value) for branch, value in enumerate(validation, start=1))
    for branch, value in enumerate(training, start=1):
        if value is not None and record.branch in (0, branch):
            yield branch, TRAINING, factor * value


def _rates(record: EpochRecord) -> Iterable[Reading]:
    rates = {
        NEWEST: record.learning_rate,
        EARLIER: record.trained_branch_learning_rate,
        SHARED: record.shared_learning_rate,
    }
    return [(0, part, rate) for part, rate in rates.items() if rate]  # what is frozen, and 0, is on no logarithmic axis


def _of_the_network(value: float | None) -> Iterable[Reading]:
    return [] if value is None else [(0, WHOLE, value)]


def _diversity(measure: Measure) -> TrainingMeasure:
    def readings(record: EpochRecord) -> Iterable[Reading]:
        value = (record.diversity or {}).get(measure.key)
        return [] if value is None else [(0, VALIDATION, value)]

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
        "accuracy", "accuracy, %", "How accurate is each branch after so many epochs?", _accuracy, BESIDE
    ),
    "ensemble accuracy": TrainingMeasure(
        "ensemble-accuracy",
        "accuracy of the vote, %",
        "How accurate is the vote after so many epochs?",
        lambda record: [(0, VALIDATION, 100 * record.ensemble_accuracy)],
    ),
    "loss": TrainingMeasure("loss", "loss", "How large is each branch's loss after so many epochs?", _loss, BESIDE),
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
        lambda record: _of_the_network(record.images_per_second),
        "Since the point before, without validation.",
    ),
    "memory": TrainingMeasure(
        "memory",
        "memory of the card, GB",
        "How much memory does it take?",
        lambda record: _of_the_network(
            None if record.device_memory_bytes is None else record.device_memory_bytes / 1e9
        ),
        "The most so far, in 1e9 bytes.",
        absent="No picked run has recorded its memory: only trainings on a CUDA card do.",
    ),
}
DIVERSITY: Mapping[str, TrainingMeasure] = {name: _diversity(measure) for name, measure in RECORDED.items()}
