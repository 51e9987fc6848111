"""What is followed over a training as curves, and which of their points are drawn where they are many."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from esr_core.charts.training_measures import TrainingMeasure
from esr_core.records import EpochRecord

MOST_POINTS = 200  # of a curve, in a panel of some 250 pixels


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One value of one run over a phase of its training."""

    run: str
    panel: int  # the branch being trained; 0 = all together
    branch: int  # whose value it is; 0 = the ensemble's or the whole network's
    name: str
    epochs: np.ndarray  # (E,)
    readings: np.ndarray  # its values, (E,)

    @property
    def is_of_learner(self) -> bool:
        """Whether it is of a branch in training, or of all branches together."""
        return self.panel == 0 or self.branch in (0, self.panel)

    def thinned(self) -> "Curve":
        """The same with as many points as can be told apart; half of that where it is drawn as a thin pale line."""
        places = drawn_points(self.readings, MOST_POINTS if self.is_of_learner else MOST_POINTS // 2)
        return Curve(self.run, self.panel, self.branch, self.name, self.epochs[places], self.readings[places])


def curves(histories: Mapping[str, Sequence[EpochRecord]], measure: TrainingMeasure) -> Iterator[Curve]:
    """Every curve of a measure, run by run, in the order in which they begin."""
    for run, history in histories.items():
        parts: dict[tuple[int, int, str], list[tuple[np.ndarray, np.ndarray]]] = {}
        for (panel, *_), group in groupby(history, _branches):
            records = list(group)
            epochs = np.array([record.epoch for record in records])
            for branch, name, series in measure.readings(records):
                has = slice(None) if None not in series else [value is not None for value in series]
                values = measure.factor * np.array(series, dtype=float)
                parts.setdefault((panel, branch, name), []).append((epochs[has], values[has]))
        for key, pairs in parts.items():
            epochs, values = map(np.concatenate, zip(*pairs, strict=True))
            if len(epochs):
                yield Curve(run, *key, epochs, values)


def _branches(record: EpochRecord) -> tuple[int, int, int]:
    """The branch in training, and of how many branches there are values; it differs seldom from point to point."""
    return record.branch, len(record.accuracy), len(record.training_accuracy)


def curve_table(curves: Sequence[Curve]) -> pd.DataFrame:
    """A row for each point: run, panel, branch, curve, epoch, value."""
    columns = {"run": "run", "panel": "panel", "branch": "branch", "curve": "name"}
    lengths = [len(curve.readings) for curve in curves]
    table = {column: np.repeat([getattr(curve, name) for curve in curves], lengths) for column, name in columns.items()}
    joined = {"epoch": [curve.epochs for curve in curves], "value": [curve.readings for curve in curves]}
    return pd.DataFrame(table | {column: np.concatenate(parts) for column, parts in joined.items()})


def drawn_points(values: np.ndarray, most: int = MOST_POINTS) -> np.ndarray:
    """Positions of the points to draw of a curve: the first, the last, and of equal stretches the lowest and highest.

    Args:
        values: of its points (E,); those that are NaN are passed over.
        most: how many to draw, at least 4; a curve of fewer points is drawn whole.
    """
    count = len(values)
    if count <= most:
        return np.arange(count)
    length = -(-count // (most // 2 - 1))  # of a stretch, rounded up
    padded = np.append(values, np.full(-count % length, np.nan)).reshape(-1, length)
    starts = np.arange(len(padded)) * length
    lowest = starts + np.where(np.isnan(padded), np.inf, padded).argmin(axis=1)
    highest = starts + np.where(np.isnan(padded), -np.inf, padded).argmax(axis=1)
    return np.unique([0, *lowest, *highest, count - 1])
