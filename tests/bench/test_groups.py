"""Groups of seeds, compared as by hand."""

import numpy as np

from bench.groups import difference, row


def test_a_group_is_the_mean_of_its_seeds():
    labels = np.repeat([0, 1], [80, 20])
    first, second = np.ones(100, dtype=bool), np.zeros(100, dtype=bool)
    second[:80] = True  # right wherever the class is 0: 80 %, recalls 1 and 0
    name, seeds, accuracy, deviation, balanced = row("votes", np.array([first, second]), labels)
    assert (name, seeds, deviation, balanced) == (
        "votes",
        "100.0, 80.0",
        "14.1",
        "75.0 %",
    )  # 20 / sqrt(2); (1 + 0.5) / 2
    assert accuracy.startswith("90.0 % (8")


def test_a_difference_is_that_of_the_means_over_seeds():
    first, second = np.ones((2, 50), dtype=bool), np.zeros((2, 50), dtype=bool)
    assert difference(first, second) == "+100.0 points (+100.0 to +100.0)"
    assert difference(second, second) == "+0.0 points (+0.0 to +0.0)"
