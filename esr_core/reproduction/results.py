"""What the finished runs of a plan have scored, experiment by experiment."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd

from esr_core.data.prepared import PreparedSet
from esr_core.errors import RunNotFoundError
from esr_core.evaluation import Trial, stored_trial
from esr_core.metrics import Estimate, Predictions, confusion_counts, trials_estimate
from esr_core.records import SHIPPED, RunInfo
from esr_core.reproduction.planning import PlannedRun
from esr_core.run_store import RunStore

SHIPPED_BY_EXPERIMENT = {"esr9-ferplus": "gallery-wild"}  # the others are called like their experiments


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One table of an exhibit; the first of each is the one that the paper prints."""

    key: str  # behind the exhibit's name in the names of files; empty of the first
    title: str
    frame: pd.DataFrame  # numbers in the paper's units, NaN where a run is missing
    digits: int = 1  # after the point of its numbers


class Results:
    """The finished runs of a plan; what they say of their test parts is read once, when it is asked for.

    Args:
        store: where they are.
        planned: all runs, finished or not.
        sets: by the name of the paper's set that each stands for.
    """

    def __init__(self, store: RunStore, planned: Sequence[PlannedRun], sets: Mapping[str, PreparedSet]) -> None:
        self.store = store
        self._planned = planned
        self.sets = sets
        self._predictions: dict[str, Predictions] = {}
        self._trials: dict[str, Trial] = {}

    def planned(self, name: str) -> list[PlannedRun]:
        """All runs of an experiment, in the order of their trials."""
        return [each for each in self._planned if each.experiment.name == name]

    def finished(self, name: str) -> list[RunInfo]:
        """Those of them that have finished."""
        return [each.run for each in self.planned(name) if each.run is not None and each.state == "finished"]

    def start_run(self, name: str) -> RunInfo | None:
        """The finished ensemble that an experiment goes on from; None before it has finished, or without branches."""
        first = self.planned(name)[0]
        if first.waits_for or first.config.start is None:
            return None
        run = self.store.info(first.config.start.run_id)
        return None if run.unusable else run

    def is_complete(self, name: str) -> bool:
        """Whether all trials of an experiment have finished."""
        return 0 < len(self.planned(name)) == len(self.finished(name))

    def progress(self, name: str) -> str:
        """How many trials have finished: "7 of 10"."""
        return f"{len(self.finished(name))} of {len(self.planned(name))}"

    def predictions(self, run: RunInfo) -> Predictions:
        """What a finished run says of its test part; raises DamagedRunError."""
        if run.run_id not in self._predictions:
            self._predictions[run.run_id] = self.store.predictions(run.run_id, "test")
        return self._predictions[run.run_id]

    def probe_faces(self, run: RunInfo, classes: Sequence[str]) -> list[tuple[int, np.ndarray]]:
        """Position and picture, uint8 RGB (96, 96, 3), of its probe face of each of some classes, in their order.

        Raises:
            DamagedRunError: if the run does not say which its probe faces are.
            DataError: if the set does not hold them.
        """
        prepared = self.sets[next(each.experiment.data for each in self._planned if each.run is run)]
        rows = prepared.rows_of(list(self.store.parts(run.run_id)["probes"]))
        labels = [prepared.card.class_names[label] for label in prepared.labels["emotion"].iloc[rows]]
        positions = [labels.index(name) for name in classes if name in labels]
        return [(position, prepared.images[rows[position]]) for position in positions]

    def gallery_accuracy(self, name: str) -> float:
        """Test accuracy in [0, 1] of the shipped run of an experiment's network and strategy on FER+; NaN without."""
        with suppress(RunNotFoundError):
            accuracy = self.store.info(SHIPPED_BY_EXPERIMENT.get(name, f"{SHIPPED}{name}")).status.test_accuracy
            return np.nan if accuracy is None else accuracy
        return np.nan

    def trials(self, name: str) -> list[Trial]:
        """What each finished trial of an experiment has scored; raises DamagedRunError."""
        runs = self.finished(name)
        for run in runs:
            if run.run_id not in self._trials:
                self._trials[run.run_id] = stored_trial(self.store, run, self.predictions(run))
        return [self._trials[run.run_id] for run in runs]

    def complete_groups(self, names: Mapping[str, str]) -> dict[str, list[Trial]]:
        """Trials of the experiments all of whose runs have finished, by title.

        Args:
            names: titles by experiment.
        """
        return {title: self.trials(name) for name, title in names.items() if self.is_complete(name)}

    def estimate(self, name: str, measure: str = "accuracy") -> Estimate:
        """Mean of a measure over the trials, with its 95 % interval; all NaN while one of them is missing.

        The interval of several trials allows for pictures that they share; that of a single one is its own, over people
        or pictures.
        """
        if not self.is_complete(name):
            return Estimate(np.nan)
        trials = self.trials(name)
        if len(trials) == 1 and measure == "accuracy":
            bounds = self.finished(name)[0].status.results.get("accuracy_interval")
            return Estimate(trials[0].scores[measure], *(bounds if isinstance(bounds, tuple) else ()))
        ratio = float(np.mean([trial.test_to_training for trial in trials]))
        return trials_estimate(np.array([trial.scores[measure] for trial in trials]), ratio)

    def deviation(self, name: str, measure: str = "accuracy") -> float:
        """Standard deviation of a measure over the trials; NaN of a single one, and while one is missing."""
        values = [trial.scores[measure] for trial in self.trials(name)] if self.is_complete(name) else []
        return float(np.std(values, ddof=1)) if len(values) > 1 else np.nan

    def confusion(self, name: str) -> np.ndarray | None:
        """How often the vote takes which class for which, over all trials (C, C); None while one is missing."""
        if not self.is_complete(name):
            return None
        counts = [_confusion(self.predictions(run)) for run in self.finished(name)]
        return np.sum(counts, axis=0)


def _confusion(predictions: Predictions) -> np.ndarray:
    labelled = predictions.labels >= 0
    classes, labels = predictions.vote.predictions[labelled], predictions.labels[labelled]
    return confusion_counts(classes, labels, len(predictions.class_names))
