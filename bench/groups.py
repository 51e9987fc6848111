"""What groups of stored runs that differ in their seed alone come to on their test part, and how groups differ.

Usage: python -m bench.groups RUNS

RUNS is a folder of finished runs tested on the same pictures; a run's group is what `train --group` called it.
Numbers are means over the seeds; their deviation is that of single runs, intervals of 95 % draw pictures anew.
"""

import argparse
from collections import defaultdict
from itertools import combinations
from operator import attrgetter
from pathlib import Path

import numpy as np
import pandas as pd

from esr_core.evaluation.markdown import interval, percent, table
from esr_core.metrics import mean_interval
from esr_core.run_store import RunStore

HEAD = ("group", "of each seed, %", "accuracy (95 %)", "deviation", "balanced")


def right_by_group(store: RunStore) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Which test pictures each run of each group gets right (S, B), by the group's name, and their labels (B,)."""
    answers: dict[str, list[np.ndarray]] = defaultdict(list)
    labels: pd.Series | None = None  # by the pictures' ids
    for info in sorted(store.list(), key=attrgetter("run_id")):
        if info.status.state != "finished" or info.config is None:
            continue
        said = store.predictions(info.run_id, "test")
        own = pd.Series(said.labels, said.ids)
        if labels is not None and not own.equals(labels):
            raise SystemExit(f"runs must be tested on the same pictures, which {info.run_id} was not")
        labels = own
        answers[info.config.group].append(said.vote.predictions == said.labels)
    if labels is None:
        raise SystemExit(f"{store.root} has no finished run")
    return {name: np.array(runs) for name, runs in sorted(answers.items())}, labels.to_numpy()


def row(name: str, right: np.ndarray, labels: np.ndarray) -> list[str]:
    """A group's row of HEAD, from which pictures its runs get right (S, B)."""
    mean, of_seeds = right.mean(axis=0), 100 * right.mean(axis=1)
    balanced = np.mean([mean[labels == label].mean() for label in np.unique(labels)])
    deviation = f"{of_seeds.std(ddof=1):.1f}" if len(right) > 1 else ""
    accuracy = f"{percent(mean.mean())} {interval(*mean_interval(mean[:, None])[0])}"
    return [name, ", ".join(f"{each:.1f}" for each in of_seeds), accuracy, deviation, percent(balanced)]


def difference(first: np.ndarray, second: np.ndarray) -> str:
    """How much more often runs of the first group are right, of two groups' (S, B), with its interval over pictures."""
    each = first.mean(axis=0) - second.mean(axis=0)
    low, high = mean_interval(each[:, None])[0]
    return f"{100 * each.mean():+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, metavar="RUNS", help="folder of the runs")
    right, labels = right_by_group(RunStore(parser.parse_args().runs))
    print(table(HEAD, [row(name, runs, labels) for name, runs in right.items()]))
    for first, second in combinations(right, 2):
        print(f"{first} against {second}: {difference(right[first], right[second])}")


if __name__ == "__main__":
    main()
