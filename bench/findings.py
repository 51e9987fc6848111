"""What stored runs of different seeds come to on people that none of them has learned from, group by group.

Usage: python -m bench.findings RUNS UNSEEN [--threads N]

RUNS is a folder of finished runs, UNSEEN a prepared set of other people. Runs that differ in their seed alone are one
group. docs/paper.md shows what it printed and how to make both folders.
"""

import argparse
from collections import defaultdict
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from esr_core.config import TrainingConfig
from esr_core.data.prepared import PreparedSet
from esr_core.metrics import mean_interval, plurality_vote
from esr_core.metrics.diversity import label_disagreement, mean_pairwise
from esr_core.networks import for_inference
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore
from esr_core.run_store.history import best_of
from esr_core.video import answers_of

# A run's numbers by name, and which pictures its vote gets right (B,).
Found = tuple[dict[str, object], np.ndarray]
WATCHED_EPOCHS = (1, 3, 10)


def group_of(config: TrainingConfig) -> str:
    """What runs of one group share."""
    network = config.network
    if network.num_branches == 1:
        return f"single network, {config.precision}"
    if network.branching_level == 0:
        return f"traditional ensemble of {network.num_branches}, {config.precision}"
    return f"ESR-{network.num_branches} level {network.branching_level}, {config.strategy}, {config.precision}"


def after_each_branch(history: list[EpochRecord]) -> dict[int, float]:
    """Validation accuracy of the vote that the training of each branch ended with, by branch."""
    ends = {branch: best_of(list(points)) for branch, points in groupby(history, lambda record: record.branch)}
    return {branch: best.ensemble_accuracy for branch, best in ends.items() if best}


def while_learning(history: list[EpochRecord]) -> dict[int, float]:
    """Validation accuracy of a later branch of its own, by epochs it has learned, averaged over the later branches."""
    found = defaultdict(list)
    for record in history:
        if record.branch > 1 and record.epoch in WATCHED_EPOCHS:
            found[record.epoch].append(record.accuracy[record.branch - 1])
    return {epoch: float(np.mean(accuracies)) for epoch, accuracies in found.items()}


def row(store: RunStore, run_id: str, unseen: PreparedSet) -> Found:
    """What one run comes to."""
    labels = unseen.labels["emotion"].to_numpy(dtype=np.int64)
    logits = answers_of(for_inference(store.load_network(run_id)), np.asarray(unseen.images)).logits
    predictions = logits.argmax(axis=2)
    right = plurality_vote(logits).predictions == labels
    history = list(store.history(run_id))
    return {
        "vote": right.mean(),
        "branches": (predictions == labels[:, None]).mean(),
        "disagreement": float("nan") if predictions.shape[1] == 1 else mean_pairwise(label_disagreement(predictions)),
        "after each branch": after_each_branch(history),
        "later branches": while_learning(history),
    }, right


def summary(group: str, members: list[Found], subjects: np.ndarray) -> dict[str, object]:
    """Means over the seeds of a group, and an interval of 95 % that draws people anew."""
    rows = pd.DataFrame([found for found, _right in members])
    right = np.mean([right for _found, right in members], axis=0)
    low, high = mean_interval(right[:, None], subjects)[0]
    courses = {
        name: pd.DataFrame(rows[name].tolist()).mean().round(3) for name in ("after each branch", "later branches")
    }
    return {
        "group": group,
        "seeds": len(rows),
        "vote": rows["vote"].mean(),
        "deviation": rows["vote"].std(),
        "low": low,
        "high": high,
        **rows[["branches", "disagreement"]].mean().to_dict(),
        **{name: course.to_dict() for name, course in courses.items()},
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path)
    parser.add_argument("unseen", type=Path)
    parser.add_argument("--threads", type=int, help="threads of PyTorch (default: its own choice)")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    store, unseen = RunStore(options.runs), PreparedSet.open(options.unseen)
    subjects = unseen.labels["subject"].to_numpy()
    groups = defaultdict(list)
    for info in store.list():
        if info.status.state == "finished":
            groups[group_of(store.config(info.run_id))].append(row(store, info.run_id, unseen))
    table = pd.DataFrame([summary(group, members, subjects) for group, members in sorted(groups.items())])
    print(f"{len(unseen.images)} pictures of {len(set(subjects))} people")
    with pd.option_context("display.width", 250, "display.max_colwidth", 80):
        print(table.to_string(index=False, float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
