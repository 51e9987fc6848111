"""A validation point of a training: what is measured, read back from a line, and which of two is better."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from esr_core.config import validated


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One validation point of one run; a line of epochs.jsonl. Tuples hold one value per existing branch."""

    branch: int  # branch being trained, counted from 1; 0 = all of them (interleaved)
    epoch: int  # epochs done for this branch; 0 = before any update
    training_loss: tuple[float | None, ...]  # mean since the last point; None = this branch was not trained
    loss: tuple[float, ...]  # on the validation part: cross-entropy, or the task affect's root-mean-square error
    accuracy: tuple[float, ...]  # on the validation part, in [0, 1]
    ensemble_accuracy: float  # plurality vote
    mean_probability_accuracy: float
    learning_rate: float  # of the newest branch
    images_seen: int  # training pictures so far, over all branches
    seconds: float  # training time so far, without validation
    training_accuracy: tuple[float | None, ...] = ()  # on augmented pictures since the last point, like training_loss
    shared_learning_rate: float | None = None  # None = frozen
    trained_branch_learning_rate: float | None = None  # None = frozen, or there is none yet
    images_per_second: float | None = None  # since the last point; None before any update
    affect_rmse: tuple[float, float] | None = None  # valence and arousal of the branches' mean; the task affect alone
    device_memory_bytes: int | None = None  # peak of a CUDA card so far; None elsewhere
    diversity: Mapping[str, float | None] | None = None  # validation part, as ``diversity.overview``; None = one branch

    def __post_init__(self) -> None:
        if not self.loss:  # a line that was edited by hand; `merit` takes the mean
            raise ValueError("loss must hold a value for each branch, found none")

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @staticmethod
    def from_dict(values: Mapping[str, Any]) -> "EpochRecord":
        """Read back what ``to_dict`` wrote, or another version of it did.

        Raises:
            ValueError: if a field without a default is missing, or a value is none that it can have.
        """
        return validated(_RECORD, _with_diversity(values), "line")


def is_better(record: EpochRecord, best: EpochRecord | None) -> bool:
    """Whether a validation point beats the best one so far.

    The plurality vote decides, then the lower mean loss of the branches: on few pictures many points share an accuracy.
    Where valence and arousal are learned, the ensemble's error in both together decides.
    """
    return best is None or _merit(record) > _merit(best)


def merit(
    ensemble_accuracy: float, loss: Sequence[float], affect_rmse: Sequence[float] | None = None
) -> tuple[float, ...]:
    """What ``is_better`` compares, larger being better, of the fields of an :class:`EpochRecord`."""
    if affect_rmse is not None:
        return (-sum(error**2 for error in affect_rmse),)
    return ensemble_accuracy, -sum(loss) / len(loss)


def _merit(record: EpochRecord) -> tuple[float, ...]:
    return merit(record.ensemble_accuracy, record.loss, record.affect_rmse)


_RECORD = TypeAdapter(EpochRecord)


def _with_diversity(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record as it is written now: the first version had two measures of diversity, as fields of their own."""
    old = {name: values[name] for name in ("label_disagreement", "oracle_disagreement") if name in values}
    return {**values, "diversity": old if None not in old.values() else None} if old else values
