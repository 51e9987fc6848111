"""What the shipped runs say of the paper's claims, from what is stored with them: the numbers on FER+ in docs/paper.md.

Usage: python -m bench.claims [RUNS]

Answers are compared picture by picture on the test part: the difference in points with a 95 % interval that draws
pictures anew, on how many pictures only the first is right and on how many only the second, and McNemar's exact test.
What branches learn and forget is read from the validation points.
"""

import argparse
from collections.abc import Iterator, Sequence
from itertools import groupby, product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from bench._adjustment import TAKEN_BACK, TRADE, taken_back
from bench.findings import WATCHED_EPOCHS, after_each_branch, while_learning
from esr_core.evaluation.markdown import interval, percent, table
from esr_core.evaluation.paper_results import FIGURE_7
from esr_core.gallery import GALLERY
from esr_core.metrics import Predictions, confusion_shares, mean_interval
from esr_core.metrics.diversity import image_disagreement, label_disagreement, mean_pairwise
from esr_core.metrics.scores import of_the_vote
from esr_core.opened_run import OpenedRun
from esr_core.records import EpochRecord
from esr_core.run_store import RunStore
from esr_core.run_store.history import best_of

TRADITIONAL = "gallery-te"
REFERENCES = "gallery-single", TRADITIONAL, "gallery-level3-varied"  # which the others are compared with
RARE = ("disgust", "contempt", "sadness")
RESULTS = ("run", "parameters", "accuracy (95 %)", "balanced", "mean of branches", "disagreement", "without seen")
LEARNING = ("run", *(f"after {epoch}" for epoch in WATCHED_EPOCHS), "vote after each branch")


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


def learned(history: Sequence[EpochRecord]) -> str:
    """What each branch knows after the first epoch that it is validated after, in % of the validation part."""
    epoch = min(each.epoch for each in history if each.epoch)
    first = [f"{100 * each.accuracy[each.branch - 1]:.1f}" for each in history if each.epoch == epoch]
    return f"branches after {'their first epoch' if epoch == 1 else f'{epoch} epochs'}: {', '.join(first)} %"


def forgotten(history: Sequence[EpochRecord]) -> str:
    """Branch 1 as its own training left it, and at its worst and as it was left by that of each later branch."""
    courses = {branch: list(points) for branch, points in groupby(history, lambda point: point.branch)}
    left = {branch: 100 * best_of(points).accuracy[0] for branch, points in courses.items()}
    worst = {branch: 100 * min(point.accuracy[0] for point in points) for branch, points in courses.items()}
    later = [f"{worst[branch]:.1f} then {left[branch]:.1f} with branch {branch}" for branch in courses if branch > 1]
    return f"branch 1: {left[1]:.1f} %, at its worst and as it was left {'; '.join(later)}"


def estimate(scores: pd.Series) -> str:
    """Accuracy with its interval."""
    return f"{percent(scores['accuracy'])} {interval(scores['accuracy_low'], scores['accuracy_high'])}"


def title(run: OpenedRun) -> str:
    """What kind of network a run is, and of which architecture where that is not the lab's."""
    architecture = run.store.config(run.run_id).network.architecture
    return run.info.kind if architecture == "lab" else f"{architecture} {run.info.kind}"


def results(run: OpenedRun) -> list[str]:
    """A run's row of RESULTS."""
    evaluation, parameters = run.evaluation(), run.info.parameters
    said = run.ensemble().predictions.classes if is_ensemble(run) else None
    scores = evaluation.scores
    vote, branches = of_the_vote(scores), scores[scores["who"].str.startswith("branch")]["accuracy"]
    return [
        title(run),
        f"{parameters.total:,}" if parameters else "n/a",
        estimate(vote),
        percent(vote["balanced_accuracy"]),
        "" if said is None else percent(branches.mean()),
        "" if said is None else f"{mean_pairwise(label_disagreement(said)):.2f}",
        "" if evaluation.unseen.empty else estimate(of_the_vote(evaluation.unseen)),
    ]


def confusion(run: OpenedRun) -> np.ndarray:
    """What the run's vote takes for what, (C, C) in % of each labelled class."""
    return 100 * confusion_shares(run.evaluation().confusions[of_the_vote(run.evaluation().scores).name])


def recalls(run: OpenedRun) -> list[str]:
    """Recall of the run's vote in each class, in %."""
    return [title(run), *(f"{recall:.1f}" for recall in confusion(run).diagonal())]


def beside_figure_7(run: OpenedRun) -> str:
    """The run's confusion matrix, each cell before the one that the paper prints for ESR-9."""
    pairs = zip(run.class_names, confusion(run), FIGURE_7, strict=True)
    rows = [[name, *map("{:.1f} / {:.1f}".format, ours, printed)] for name, ours, printed in pairs]
    return table((f"{title(run)} / the paper's, %", *run.class_names), rows)


def convergence(run: OpenedRun) -> list[str]:
    """A run's row of LEARNING: validation accuracy of later branches by their epochs, and of the vote by branches."""
    history = list(run.store.history(run.run_id))
    later, votes = while_learning(history), after_each_branch(history)
    watched = [percent(later.get(epoch, np.nan)) for epoch in WATCHED_EPOCHS]
    return [title(run), *watched, ", ".join(f"{100 * vote:.1f}" for vote in votes.values())]


def is_ensemble(run: OpenedRun) -> bool:
    """Whether the run has branches to compare."""
    return run.info.config is not None and run.info.config.network.num_branches > 1


def adds_branches(run: OpenedRun) -> bool:
    """Whether the run has branches that were added one after another."""
    return is_ensemble(run) and run.store.config(run.run_id).strategy != "interleaved"


def right_answers(run: OpenedRun) -> tuple[np.ndarray, np.ndarray]:
    """Which test pictures the vote (B,) and each branch (N, B) get right."""
    said = run.store.predictions(run.run_id, "test")
    return said.vote.predictions == said.labels, said.labels == said.classes.T


def disagreement(run: OpenedRun) -> np.ndarray:
    """Share of pairs of branches that name different classes, of each test picture (B,)."""
    return image_disagreement(run.store.predictions(run.run_id, "test").classes)


def more_diverse(values: np.ndarray, others: np.ndarray) -> str:
    """How much more the branches of one run disagree than those of another, about the same pictures (B,)."""
    difference = values - others
    low, high = mean_interval(difference[:, None])[0]
    change = f"{difference.mean():+.3f} ({low:+.3f} to {high:+.3f})"
    return f"disagreement {values.mean():.3f} against {others.mean():.3f}, {change}"


def comparisons(runs: Sequence[OpenedRun]) -> Iterator[str]:
    """A line for each thing that is asked of the runs."""
    votes = {run.run_id: right_answers(run)[0] for run in runs}
    for name, reference in product(votes, [each for each in REFERENCES if each in votes]):
        if name not in REFERENCES[: REFERENCES.index(reference) + 1]:
            yield f"{name} against {reference}: {compared(votes[name], votes[reference])}"
    diversity = {run.run_id: disagreement(run) for run in filter(is_ensemble, runs)}
    for name, values in diversity.items():
        if name != TRADITIONAL and TRADITIONAL in diversity:
            yield f"{name} against {TRADITIONAL}: {more_diverse(values, diversity[TRADITIONAL])}"
    for run in filter(is_ensemble, runs):
        history = list(run.store.history(run.run_id))
        for branch, own in enumerate(right_answers(run)[1], start=1):
            yield f"{run.run_id}, vote against branch {branch}: {compared(votes[run.run_id], own)}"
        if adds_branches(run):
            yield f"{run.run_id}, {learned(history)}; {forgotten(history)}"
    for run in runs:
        said = run.store.predictions(run.run_id, "test")
        yield f"{run.run_id}, {'; '.join(taken_for_neutral(said, name) for name in RARE)}"


def by_network(run: OpenedRun) -> tuple[object, ...]:
    """Single network, then by branching level, then other strategies; the larger network last."""
    config = run.store.config(run.run_id)
    network, is_usual = config.network, config.strategy == "varied"
    return network.architecture, network.num_branches, not is_usual, network.branching_level, config.strategy


def report(store: RunStore) -> Iterator[str]:
    """Tables of the shipped runs, and what tells them apart."""
    runs = sorted((OpenedRun(store, info.run_id) for info in store.list() if info.run_id in GALLERY), key=by_network)
    yield table(RESULTS, [results(run) for run in runs])
    yield table(("recall, %", *runs[0].class_names), [recalls(run) for run in runs])
    best = max(runs, key=lambda run: of_the_vote(run.evaluation().scores)["accuracy"])
    yield beside_figure_7(best)
    yield table(TRADE, [taken_back(best, share) for share in TAKEN_BACK])
    yield table(LEARNING, [convergence(run) for run in runs if adds_branches(run)])
    yield "\n".join(comparisons(runs))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(__file__).parents[1] / "runs"
    parser.add_argument(
        "runs", type=Path, nargs="?", default=default, metavar="RUNS", help="folder of the shipped runs"
    )
    for part in report(RunStore(parser.parse_args().runs)):
        print(f"{part}\n")


if __name__ == "__main__":
    main()
