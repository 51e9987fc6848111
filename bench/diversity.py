"""All pairwise measures of nine branches on 100,000 samples: matrix products against a plain loop over pairs.

Usage: python -m bench.diversity [--samples 100000] [--repeats 7]

Both compute label disagreement, Cohen's kappa, oracle disagreement, Q, correlation, double fault and Jensen-Shannon
divergence; their matrices are compared before anything is timed. The goal is less than a second for all of them.
"""

import argparse
from collections.abc import Callable
from itertools import combinations

import numpy as np

from bench._timing import paired, ratios, summary
from esr_core.metrics import diversity, probabilities

GOAL_S = 1.0
NUM_BRANCHES, NUM_CLASSES = 9, 8
OURS, LOOP = "esr_core.metrics.diversity", "loop over pairs"

Matrices = dict[str, np.ndarray]


def ours(predictions: np.ndarray, labels: np.ndarray, given: np.ndarray) -> Matrices:
    """Every pairwise measure, one call each."""
    of_labels = (diversity.label_disagreement, diversity.cohen_kappa)
    of_correctness = (
        diversity.oracle_disagreement,
        diversity.q_statistic,
        diversity.correlation,
        diversity.double_fault,
    )
    matrices = {measure.__name__: measure(predictions) for measure in of_labels}
    matrices |= {measure.__name__: measure(predictions, labels) for measure in of_correctness}
    return matrices | {"jensen_shannon": diversity.jensen_shannon(given)}


def loop(predictions: np.ndarray, labels: np.ndarray, given: np.ndarray) -> Matrices:
    """The same, pair by pair from the formulas."""
    num_branches = predictions.shape[1]
    matrices: Matrices = {}
    for pair in combinations(range(num_branches), 2):
        first, second = (predictions[:, branch] for branch in pair)
        values = {
            "label_disagreement": (first != second).mean(),
            "cohen_kappa": kappa(first, second),
            **of_table(first == labels, second == labels),
            "jensen_shannon": divergence(given[:, pair[0]], given[:, pair[1]]),
        }
        for name, value in values.items():
            matrices.setdefault(name, np.zeros((num_branches, num_branches)))[pair] = value
    return matrices


def kappa(first: np.ndarray, second: np.ndarray) -> float:
    """Cohen's kappa of two branches' classes (B,)."""
    chance = sum((first == c).mean() * (second == c).mean() for c in range(NUM_CLASSES))
    return ((first == second).mean() - chance) / (1 - chance)


def of_table(first: np.ndarray, second: np.ndarray) -> dict[str, float]:
    """The measures that count when each of two branches is right, bool (B,)."""
    both, neither = (first & second).mean(), (~first & ~second).mean()
    one, other = (first & ~second).mean(), (~first & second).mean()
    rows, columns = (both + one) * (other + neither), (both + other) * (one + neither)
    return {
        "oracle_disagreement": one + other,
        "q_statistic": (both * neither - one * other) / (both * neither + one * other),
        "correlation": (both * neither - one * other) / np.sqrt(rows * columns),
        "double_fault": neither,
    }


def divergence(first: np.ndarray, second: np.ndarray) -> float:
    """Jensen-Shannon divergence of two branches' probabilities (B, C), in bits."""
    mixed = entropy((first + second) / 2)
    return float((mixed - (entropy(first) + entropy(second)) / 2).mean(dtype=np.float64))


def entropy(given: np.ndarray) -> np.ndarray:
    """Entropy of probabilities above 0, (B,)."""
    return -(given * np.log2(given)).sum(axis=1)


def rivals(num_samples: int) -> dict[str, Callable[[], Matrices]]:
    """Both on the same branches, which agree about as often as trained ones, after a check that they agree."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, NUM_CLASSES, num_samples)
    logits = rng.normal(size=(num_samples, NUM_BRANCHES, NUM_CLASSES)) + rng.normal(size=(num_samples, 1, NUM_CLASSES))
    logits += 2.5 * np.eye(NUM_CLASSES)[labels][:, None]
    given = probabilities(logits.astype(np.float32))
    arguments = given.argmax(axis=2), labels, given
    expected, found = loop(*arguments), ours(*arguments)
    above = np.triu_indices(NUM_BRANCHES, k=1)
    for name in expected:
        np.testing.assert_allclose(found[name][above], expected[name][above], atol=1e-6, err_msg=name)
    return {OURS: lambda: ours(*arguments), LOOP: lambda: loop(*arguments)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=100_000, help="labelled samples (default 100000)")
    parser.add_argument("--repeats", type=int, default=7, help="rounds to take the median of, at least 2 (default 7)")
    options = parser.parse_args()
    seconds = paired(rivals(options.samples), options.repeats)
    print(f"{NUM_BRANCHES} branches, {options.samples:,} samples; medians (and quartiles) of {options.repeats} rounds")
    for name, values in seconds.items():
        print(f"{name:28} {summary(values, 2)} s")
    print(f"loop / ours {summary(ratios(seconds, LOOP, OURS))} times; goal less than {GOAL_S:.0f} s")


if __name__ == "__main__":
    main()
