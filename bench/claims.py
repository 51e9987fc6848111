"""What the shipped runs say of the paper's claims, from what is stored with them: the numbers on FER+ in docs/paper.md.

Usage: python -m bench.claims [RUNS]

Answers are compared picture by picture on the test part: the difference in points with a 95 % interval that draws
pictures anew, on how many pictures only the first is right and on how many only the second, and McNemar's exact test.
What branches learn and forget is read from the validation points.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

from esr_core.metrics import Predictions, mean_interval
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore

SINGLE, LEVEL_3, LEVEL_5 = "gallery-single", "gallery-level3-varied", "gallery-level5-varied"


def compared(first: np.ndarray, second: np.ndarray) -> str:
    """How much more often the first is right, of two that are each right or not on the same pictures (B,)."""
    difference = first.astype(float) - second
    low, high = 100 * mean_interval(difference[:, None])[0]
    wins, losses = int((difference > 0).sum()), int((difference < 0).sum())
    p = binomtest(wins, wins + losses).pvalue if wins + losses else 1.0
    return f"{100 * difference.mean():+.1f} points ({low:+.1f} to {high:+.1f}), {wins} against {losses}, p = {p:.2g}"


def taken_for_neutral(predictions: Predictions, name: str) -> str:
    """How many of a class's test pictures the vote takes for neutral, and how many it recognises."""
    names = list(predictions.class_names)
    answers = predictions.vote.predictions[predictions.labels == names.index(name)]
    neutral, right = (np.count_nonzero(answers == names.index(each)) for each in ("neutral", name))
    return f"{name}: {neutral} of {len(answers)} taken for neutral, {right} recognised"


def learned(history: list[EpochRecord]) -> str:
    """What each branch knows after the first epoch that it is trained for, in % of the validation part."""
    first = [f"{100 * each.accuracy[each.branch - 1]:.1f}" for each in history if each.epoch == 1]
    return f"branches after their first epoch: {', '.join(first)} %"


def forgotten(history: list[EpochRecord]) -> str:
    """Branch 1 at the end of its own training, and at its worst and at the end of that of each later branch."""
    own = [100 * each.accuracy[0] for each in history if each.branch == 1]
    later = {branch: [100 * each.accuracy[0] for each in history if each.branch == branch] for branch in (2, 3, 4)}
    courses = [f"{min(values):.1f} then {values[-1]:.1f} with branch {branch}" for branch, values in later.items()]
    return f"branch 1: {own[-1]:.1f} %, at its worst and at the end {'; '.join(courses)}"


def report(store: RunStore) -> Mapping[str, str]:
    """A line of numbers for each thing that is asked."""
    said = {run_id: store.predictions(run_id, "test") for run_id in (SINGLE, LEVEL_3, LEVEL_5)}
    right = {run_id: each.vote.predictions == each.labels for run_id, each in said.items()}
    lines = {
        "level 3 against the single network": compared(right[LEVEL_3], right[SINGLE]),
        "level 3 against level 5": compared(right[LEVEL_3], right[LEVEL_5]),
    }
    for run_id in (LEVEL_3, LEVEL_5):
        branches = said[run_id].logits.argmax(axis=2) == said[run_id].labels[:, None]  # (B, N)
        for branch, own in enumerate(branches.T, start=1):
            lines[f"{run_id}, vote against branch {branch}"] = compared(right[run_id], own)
        history = list(store.history(run_id))
        lines |= {f"{run_id}, {what.__name__}": what(history) for what in (learned, forgotten)}
    for run_id, each in said.items():
        lines[run_id] = "; ".join(taken_for_neutral(each, name) for name in ("disgust", "contempt", "sadness"))
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(__file__).parents[1] / "runs"
    parser.add_argument(
        "runs", type=Path, nargs="?", default=default, metavar="RUNS", help="folder of the shipped runs"
    )
    for what, numbers in report(RunStore(parser.parse_args().runs)).items():
        print(f"{what}: {numbers}")


if __name__ == "__main__":
    main()
